"""Lines around a text that are not of it: the headline again, dates and times, "read also" and what it heads."""

import re

from domain.arabic import fold, folded
from domain.dates import read_date

_DATED = re.compile(
    r"^\W*(?:تم النشر|تم نشره|نشر|نُشر|تاريخ النشر|آخر تحديث|اخر تحديث|التاريخ|الوقت|last updated?|published)\b",
    re.IGNORECASE,
)
_DATE_WORDS = 14
_ALSO = (
    r"(?:[إا]?قر[أا](?:وا)?|شاهد(?:وا)?|طالع(?:وا)?|تابع(?:وا)?)\s+(?:[أا]يض[اًا]+|المزيد|كذلك)"
    r"|(?:مواضيع|موضوعات|أخبار|اخبار|مقالات|مواد|روابط)\s+(?:ذات صلة|متعلقة|مرتبطة|مشابهة|قد تهمك|أخرى)"
    r"|(?:الأكثر|الاكثر)\s+(?:قراءة|مشاهدة|تداولا|شيوعا)|قد يهمك(?: أيضا| أيضًا| ايضا)?|ذات صلة|إقرأ في|اقرأ في"
)
_HEADING = re.compile(rf"^\W*(?:{_ALSO})\W*(?:[^\n]{{0,25}})$")
_ALONE = re.compile(rf"^\W*(?:{_ALSO})\s*[:：.…\-–|]+\s*\S")
# What outlets write under every article, whatever it is about; what else they repeat is learned (`domain.furniture`).
_NOTICE = re.compile(
    r"جميع الحقوق محفوظة|حقوق (?:النشر|الطبع) (?:©|محفوظة)|^\W*©|^The post .+ appeared first on .+$"
    r"|^\W*(?:تابعونا|تابعوا|اشترك(?:وا)?|انضم(?:وا)?) (?:على|في|إلى|معنا|آخر)|^\W*حمّ?لوا? (?:تطبيق|التطبيق)"
    r"|لا (?:ت|ي)عب?ّ?ر(?:ون)? (?:بالضرورة )?عن (?:رأي|وجهة نظر|آراء|موقف)"
    r"|(?:التعليقات|تعليقات|مشاركات)\S* .*(?:شروط الاستخدام|إرشادات الاستخدام|سياسة الخصوصية)"
)
_NOTICE_WORDS = 70
_TEASER_WORDS = 25
_ENDS = re.compile(r"[.؟!…][\"'»”)]*$")
_HEAD_LINES = 4
_MOST_SENTENCES = 0.2  # of the lines below a heading of teasers


def tidy(text: str, title: str) -> str:
    """Give the text less the lines around it that are not of it; paragraphs are lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    lines = [line for line in _without_head(lines, title) if not _is_pointer(line)]
    lines = lines[: _end(lines)]
    while len(lines) > 1 and _NOTICE.search(lines[-1]) and len(lines[-1].split()) <= _NOTICE_WORDS:
        lines.pop()
    return "\n".join(lines)


def _is_pointer(line: str) -> bool:
    """Say whether a line only points to another article ("read also: ...")."""
    return bool(_ALONE.match(line)) and len(line.split()) <= _TEASER_WORDS


def _without_head(lines: list[str], title: str) -> list[str]:
    """Leave out of the first lines the headline and the time of publication."""
    headline = " ".join(folded(title))
    head = [line for line in lines[:_HEAD_LINES] if not _is_headline(line, headline) and not is_date_line(line)]
    return head + lines[_HEAD_LINES:]


def _is_headline(line: str, headline: str) -> bool:
    """Say whether a line is the headline, or the part of it that stands beside the outlet's name."""
    words = folded(line)
    return len(words) > 2 and f" {' '.join(words)} " in f" {headline} "


def is_date_line(line: str) -> bool:
    """Say whether a short line tells only when something was published."""
    if len(line.split()) > _DATE_WORDS or not any(letter.isdigit() for letter in line):
        return False
    return bool(_DATED.match(line)) or (len(line.split()) <= _DATE_WORDS // 2 and read_date(fold(line)) is not None)


def _end(lines: list[str]) -> int:
    """Give the number of the line at which teasers of other articles begin under a heading of their own.

    Beyond a heading in the middle of a text full sentences go on: then only the heading is an intrusion, and stays.
    """
    for number, line in enumerate(lines[1:], 1):
        if _HEADING.match(line) and len(line.split()) <= _TEASER_WORDS:
            below = lines[number + 1 :]
            sentences = sum(bool(_ENDS.search(other)) or len(other.split()) > _TEASER_WORDS for other in below)
            if sentences <= _MOST_SENTENCES * len(below):
                return number
    return len(lines)
