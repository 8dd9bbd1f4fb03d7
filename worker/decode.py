"""Bytes to text, before any parser sees them.

Order of trust: byte order mark, UTF-8 that is valid (wrong labels are common, text that happens to be valid UTF-8 is
not), UTF-8 with a few bad bytes, then the two Arabic one-byte encodings told apart by letter frequency, then the
declared one, then chardet, then replacement. Labels alone are never believed against the bytes.
"""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import chardet

from worker.mojibake import unpack, unpack_references
from worker.onebyte import one_byte_arabic, whole_words

Kind = Literal["xml", "html", "text"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What an outlet may declare and be believed when its bytes are neither UTF-8 nor Arabic; anything else is ignored.
_SCRIPTS = frozenset((  # labels that nobody puts on Arabic by mistake
    "cp1251", "cp1253", "cp1255", "iso8859-5", "iso8859-7", "iso8859-8", "koi8-r", "koi8-u", "gb18030", "big5",
    "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "tis-620",
))  # fmt: skip
_DECLARABLE = _SCRIPTS | frozenset((
    "cp1250", "cp1252", "cp1254", "cp1256", "cp1257", "cp1258", "iso8859-1", "iso8859-2", "iso8859-6", "iso8859-9",
    "iso8859-15", "cp720", "cp864", "mac-arabic",
))  # fmt: skip
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-8-i": "iso8859-8", "iso-8859-6-i": "iso8859-6"}
_DECLARED = {
    "xml": re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})"""),
    "html": re.compile(rb"""(?i)<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})"""),
}
_CHARSET = re.compile(r"""(?i)charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Clean text, the encoding that it was read in, and what was odd.

    Flags: `encoding_override` the bytes contradict their label; `bad_bytes` some became U+FFFD; `mixed_encodings` parts
    were in an Arabic one-byte encoding and were read as such; `double_encoded` UTF-8 packed twice was unpacked;
    `control_characters` some that XML forbids were taken out; `encoding_guess` so little text, or so odd, that another
    encoding is nearly as likely. `doubtful` are those after which the text may not be the one that was written.
    """

    text: str
    encoding: str
    flags: tuple[str, ...] = ()

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Give the flags that every entry must carry."""
        return tuple(flag for flag in self.flags if flag in ("mixed_encodings", "double_encoded", "encoding_guess"))


def decode(body: bytes, content_type: str, kind: Kind) -> Decoded:
    """Give the text of `body`, whatever the HTTP header `content_type`, XML prolog or meta element say. Never fails."""
    text, encoding, flags = _read(body, content_type, kind)
    labels = _declared(body, content_type, kind)
    if labels and encoding not in labels and not body.isascii() and not encoding.startswith("utf-16"):
        flags.append("encoding_override")
    text = text.lstrip("\ufeff")
    plain = text if kind == "text" else unpack_references(text)
    repaired = unpack(plain) or plain
    if repaired is not text:
        text = repaired
        flags.append("double_encoded")
    clean = clean_text(text) if kind == "text" else clean_references(clean_text(text))
    if clean is not text and clean != text:
        flags.append("control_characters")
    return Decoded(clean, encoding, tuple(flags))


def _read(body: bytes, content_type: str, kind: Kind) -> tuple[str, str, list[str]]:
    """Decode by the order of trust. Gives text, encoding, flags."""
    for bom, encoding in _BOMS:
        if body.startswith(bom) and _keeps(body[len(bom) :], encoding):
            return _lenient(body[len(bom) :], encoding)
    if wide := _wide(body):
        return _lenient(body, wide)
    body = body.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)  # a mark that lies
    try:
        return body.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        pass
    labels = _declared(body, content_type, kind)
    for label in labels:
        if label in _SCRIPTS and (text := _strict(body, label)) is not None:
            return text, label, []
    if _utf8_share(body) > 0.8:
        return _lenient(body, "utf-8")
    arabic, sure = one_byte_arabic(body, labels)
    if arabic:
        text, encoding, flags = _lenient(body, arabic)
        return text, encoding, flags if sure else [*flags, "encoding_guess"]
    for label in labels:
        if label in _DECLARABLE and (text := _strict(body, label)) is not None:
            return text, label, ["encoding_guess"] if whole_words(body) else []
    label = _guess(body)
    if label in _DECLARABLE and (text := _strict(body, label)) is not None:
        return text, label, ["encoding_guess"]
    return _lenient(body, "cp1252" if labels and "cp1252" in labels else "utf-8")


def _keeps(rest: bytes, encoding: str) -> bool:
    """Say whether what follows a byte order mark is what the mark says."""
    if encoding == "utf-8":
        return _utf8_share(rest) > 0.8
    return bool(_wide(rest)) or not _is_utf8(rest) or len(rest) < 4


def _is_utf8(body: bytes) -> bool:
    """Say whether bytes are UTF-8 without a zero, as UTF-16 of Arabic or of markup never is."""
    return 0 not in body and _strict(body, "utf-8") is not None


def _lenient(body: bytes, encoding: str) -> tuple[str, str, list[str]]:
    """Decode with U+FFFD for what does not fit, and no more around it than must be."""
    kept = _in_step(body, encoding) if encoding in _TAG_STARTS else body
    text = _strict(kept, encoding) if kept == body else None
    if text is not None:
        return text, encoding, []
    return _by_parts(body) if encoding == "utf-8" else (kept.decode(encoding, "replace"), encoding, ["bad_bytes"])


_PART = re.compile(rb"[^<>\n]+")


def _by_parts(body: bytes) -> tuple[str, str, list[str]]:
    """Decode UTF-8 with bad bytes, reading each stretch between tags by itself.

    Where a stretch is no UTF-8 at all but Arabic of one byte a letter, as when an outlet takes in a partner's text, it
    is read as that.
    """
    flags: list[str] = []

    def one(match: re.Match[bytes]) -> bytes:
        part = match.group()
        if _strict(part, "utf-8") is not None:
            return part
        found = one_byte_arabic(part, [])[0] if _utf8_share(part) < 0.2 else ""
        if not found:
            flags.append("bad_bytes")
            return part
        flags.append("mixed_encodings")
        return part.decode(found, "replace").encode("utf-8", "replace")

    text = _PART.sub(one, body).decode("utf-8", "replace")
    return text, "utf-8", sorted(set(flags))


_TAG_START = {"utf-16-le": rb"[</]\x00[a-zA-Z/]\x00", "utf-16-be": rb"\x00[</]\x00[a-zA-Z/]"}
_TAG_STARTS = {encoding: re.compile(pattern, re.DOTALL) for encoding, pattern in _TAG_START.items()}


def _in_step(body: bytes, encoding: str) -> bytes:
    """Drop a byte before each tag that stands out of step with the pairs of UTF-16: one byte too many shifts the rest.

    What lies between the stray byte and the next tag stays wrong.
    """
    kept, start, step = [], 0, 0
    for match in _TAG_STARTS[encoding].finditer(body):
        if (match.start() - step) % 2:
            kept.append(body[start : match.start() - 1])
            start, step = match.start(), match.start() % 2
    return b"".join((*kept, body[start:]))


def _strict(body: bytes, encoding: str) -> str | None:
    """Decode, or give None if one byte does not fit."""
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _declared(body: bytes, content_type: str, kind: Kind) -> list[str]:
    """Give the declared encodings that we know by Python's names: the HTTP header's first, then the document's."""
    found = []
    if header := _CHARSET.search(content_type):
        found.append(header.group(1))
    if kind in _DECLARED and (inside := _DECLARED[kind].search(body, 0, 4096)):
        found.append(inside.group(1).decode("ascii"))
    return [name for name in map(_normal_name, found) if name]


@lru_cache(maxsize=256)
def _normal_name(label: str) -> str:
    """Give Python's name of an encoding label, or nothing when it is none that we would use."""
    try:
        name = codecs.lookup(_ALIASES.get(label.lower(), label)).name
    except (LookupError, ValueError):
        return ""
    return name if name in _DECLARABLE or name == "utf-8" or name.startswith("utf-16") else ""


def _wide(body: bytes) -> str:
    """Recognise UTF-16 without a mark by where the high bytes of ASCII (00) and of Arabic (06) stand."""
    head = body[: min(len(body), 4096) // 2 * 2]
    if len(head) < 4 or (head.count(0) + head.count(6)) * 4 < len(head):
        return ""
    for part in (head, head[:128]):  # a byte too many further on puts the rest out of step, but not the beginning
        even, odd = part[0::2], part[1::2]
        first, second = even.count(0) + even.count(6), odd.count(0) + odd.count(6)
        if max(first, second) * 10 >= len(even) * 7:
            return "utf-16-be" if first > second else "utf-16-le"
    return ""


def _utf8_share(body: bytes) -> float:
    """Give the share of valid sequences among everything in `body` that is not ASCII."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    if bad == 0:
        return 1.0
    good = len(text) - bad - len(body.translate(None, _HIGH))
    return good / (good + bad)


_HIGH = bytes(range(128, 256))


def _guess(body: bytes) -> str:
    """Ask chardet about the start of the body."""
    return _normal_name(chardet.detect(body[:20_000])["encoding"] or "")


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")


def clean_text(text: str) -> str:
    """Take out what XML 1.0 forbids and databases refuse.

    Control characters go (vertical tab and form feed become spaces), lone surrogates and noncharacters become U+FFFD,
    and the C1 range, in which windows-1252 keeps its quotes, becomes what was meant.
    """
    return _ILLEGAL.sub(_legal, text) if _ILLEGAL.search(text) else text


def _legal(match: re.Match[str]) -> str:
    """Give what may stand for a forbidden character."""
    code = ord(match.group())
    if code < 0x20:
        return " " if code in (0x0B, 0x0C) else ""
    if code == 0x85:
        return "\n"
    return bytes([code]).decode("cp1252", "replace") if code <= 0x9F else "\ufffd"


def clean_references(text: str) -> str:
    """Do the same to numeric character references; the ones beyond Unicode become U+FFFD."""
    return _REFERENCE.sub(_legal_reference, text) if "&#" in text else text


def _legal_reference(match: re.Match[str]) -> str:
    """Give the reference back, or what may stand for it."""
    hexadecimal, decimal = match.groups()
    digits = (hexadecimal or decimal).lstrip("0")
    if len(digits) > 7:
        return "\ufffd"
    code = int(digits or "0", 16 if hexadecimal else 10)
    if code > 0x10FFFF:
        return "\ufffd"
    letter = chr(code)
    return clean_text(letter) if _ILLEGAL.match(letter) else match.group()
