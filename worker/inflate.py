"""Unpacks HTTP bodies as they arrive, never holding more than the limit.

A client library that unpacks by itself has written a whole bomb to memory before anyone can count it. Here each
step asks zlib or brotli for at most the bytes that are still allowed (RFC 1950, 1951, 1952, 7932; RFC 9110 section
8.4). Brotli is never asked for, but some servers send it to everybody.
"""

import zlib

import brotli

_MAX_MEMBERS = 64  # gzip members in one body; servers send one, a trap sends thousands of empty ones
_STEP = 262_144  # bytes unpacked at once, so that memory stays small


class WrongEncoding(Exception):
    """The body is not packed as its header says."""


class TooLarge(Exception):
    """The unpacked body is longer than allowed."""


class Inflater:
    """Collects one body. `feed` takes what came over the wire, `finish` gives the unpacked bytes.

    `encoding` is the Content-Encoding header, `limit` the most unpacked bytes. Raises WrongEncoding for encodings
    other than gzip, deflate, br and identity, and TooLarge as soon as the limit is passed.
    """

    __slots__ = ("_brotli", "_limit", "_members", "_out", "_raw", "_unpack", "encoding", "size")

    def __init__(self, encoding: str, limit: int) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate", "br"):
            raise WrongEncoding(f"content encoding {name[:30]}")
        self.encoding = "" if name == "identity" else name
        self.size = 0
        self._limit = limit
        self._out: list[bytes] = []
        self._unpack: zlib._Decompress | None = None
        self._brotli = brotli.Decompressor() if name == "br" else None
        self._members = 0
        self._raw = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the wire."""
        self._raw += len(data)
        if self._raw > self._limit:  # also stops packed bytes that unpack to nothing
            raise TooLarge
        if not self.encoding:
            self._keep(data)
        elif self._brotli:
            self._expand(self._brotli, data)
        elif data:
            self._inflate(data)

    def _expand(self, unpack: brotli.Decompressor, data: bytes) -> None:
        """Unpack brotli in steps until it wants more from the wire."""
        try:
            while not unpack.is_finished():
                self._keep(unpack.process(data, output_buffer_limit=_STEP))
                data = b""
                if unpack.can_accept_more_data():
                    return
        except brotli.error as error:
            raise WrongEncoding(str(error)) from None

    def _inflate(self, data: bytes) -> None:
        """Unpack in steps until nothing is left of `data`."""
        while data:
            if self._unpack is None:
                self._unpack = self._start(data)
            try:
                self._keep(self._unpack.decompress(data, _STEP))
            except zlib.error as error:
                raise WrongEncoding(str(error)) from None
            if not self._unpack.eof:
                data = self._unpack.unconsumed_tail
            elif self._unpack.unused_data[:2] == b"\x1f\x8b":
                data, self._unpack = self._unpack.unused_data, None
            else:
                return  # rubbish after the end is ignored, as browsers do

    def _start(self, data: bytes) -> "zlib._Decompress":
        """Open the next packed member."""
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise WrongEncoding("too many gzip members")
        if self.encoding == "deflate":  # half of all servers send the bare form that the RFC forbids
            wrapped = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)
            return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return zlib.decompressobj(16 + zlib.MAX_WBITS)

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._limit:
            raise TooLarge
        if piece:
            self._out.append(piece)

    @property
    def complete(self) -> bool:
        """Say whether the packed stream came to its own end (always so for bodies that are not packed)."""
        if self._brotli:
            return self._raw == 0 or bool(self._brotli.is_finished())
        return not self.encoding or self._raw == 0 or (self._unpack is not None and self._unpack.eof)

    def finish(self) -> bytes:
        """Give what was unpacked so far."""
        return b"".join(self._out)
