"""HTML to text: what feeds carry, and the article out of a page. The one place that knows HTML libraries."""

from worker.extract.facts import Page, PageStatus
from worker.extract.page import extract_page
from worker.extract.text import html_to_text

__all__ = ["Page", "PageStatus", "extract_page", "html_to_text"]
