"""HTML to text: what feeds carry, and the article out of a page. The one place that knows HTML libraries."""

from worker.extract.facts import Page, PageStatus
from worker.extract.page import extract_page
from worker.extract.propose import propose_sections
from worker.extract.section import check_selectors, read_section
from worker.extract.telegram import read_telegram
from worker.extract.text import html_to_text

__all__ = [
    "Page",
    "PageStatus",
    "check_selectors",
    "extract_page",
    "html_to_text",
    "propose_sections",
    "read_section",
    "read_telegram",
]
