"""Article text and facts of saved pages, beside trafilatura plain and jusText in the same run.

    python -m bench.pages

The pages are those of the folder of real articles (MARSAD_SHARED). What is compared with is the text that their index
names, or the words of the elements that a reader found to hold the article and nothing else (`GOLD`). The score is
the F1 of words (folded, counted with their number) for each page. The dates are those of `bench.dates`.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import justext
import trafilatura
from lxml import etree

from bench import dates
from bench.corpus import shared
from domain.arabic import folded
from worker.decode import decode
from worker.extract import extract_page

# The elements that hold the article of each page, by reading it.
GOLD = {
    "1691196862.html": "//div[@id='articleBody']//p",
    "1784190729.html": "//div[contains(@class, 'aksa-articleBody')]",
    "1731695567.html": "//div[contains(@class, 'entry-content')][1]//p",
    "1588107198.html": "//div[@class='main_article_body']//p",
    "1764731404.html": "//div[@class='content-rules']//p",
    "assabah.com.tn.article.html": "//div[contains(@class, 'field-name-body')]//p",
    "chromium_windows-1256_undeclared.html": "//body",
    "chromium_iso-8859-6_undeclared.html": "//body",
}
LABELS = {
    "chromium_windows-1256_undeclared.html": "windows-1256",
    "chromium_iso-8859-6_undeclared.html": "iso-8859-6",
}
TEXTS = {"arabic_article.html": "arabic_article.txt", "test_cnn_arabic.html": "arabic_article.txt"}
Extract = Callable[[bytes, str], str]


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page: its file, the bytes, the address that they came from, and the words of its article."""

    file: str
    body: bytes
    url: str
    words: Counter[str]


def saved(folder: Path) -> Iterator[Saved]:
    """Give the saved pages whose article is known."""
    with (folder / "pages" / "index.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            body = (folder / "pages" / row["file"]).read_bytes()
            yield Saved(
                row["file"], body, row["url"] or "http://localhost/", Counter(folded(known(folder, row["file"])))
            )


def known(folder: Path, file: str) -> str:
    """Give the known text of a page."""
    if file in TEXTS:
        return (folder / "pages" / TEXTS[file]).read_text(encoding="utf-8")
    html = (folder / "pages" / file).read_bytes().decode(LABELS.get(file, "utf-8"), "replace")
    root = etree.fromstring(html, etree.HTMLParser(remove_comments=True))
    etree.strip_elements(root, "script", "style", "noscript", with_tail=False)
    for line_break in root.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return "\n".join("".join(element.itertext()) for element in root.xpath(GOLD[file]))


def f1(found: str, known: Counter[str]) -> float:
    """Give the F1 of words, each counted as often as it stands there."""
    words = Counter(folded(found))
    common = (words & known).total()
    return 2 * common / max(1, words.total() + known.total())


def ours(body: bytes, url: str) -> str:
    """Extract as the service does."""
    return extract_page(body, "text/html", url).text


def by_trafilatura(body: bytes, _: str) -> str:
    """Extract by trafilatura with its own decoding, comments left out."""
    return trafilatura.extract(body, include_comments=False) or ""


def by_justext(body: bytes, _: str) -> str:
    """Extract by jusText (Pomikalek 2011) with its Arabic stop words, given our decoding, since it has none."""
    html = decode(body, "text/html", "html").text
    found = justext.justext(html.encode(), justext.get_stoplist("Arabic"), encoding="utf-8")
    return "\n".join(paragraph.text for paragraph in found if not paragraph.is_boilerplate)


READERS: tuple[Extract, ...] = (ours, by_trafilatura, by_justext)


def measured(folder: Path) -> dict[str, dict[str, float]]:
    """Give the F1 of each page by each extractor."""
    return {
        page.file: {read.__name__.removeprefix("by_"): f1(read(page.body, page.url), page.words) for read in READERS}
        for page in saved(folder)
    }


def main() -> None:
    """Print the score of each page, the means, the days, and the line of JSON."""
    folder = shared()
    told = measured(folder)
    days = dates.page_days(folder, address=True)
    names = list(next(iter(told.values())))
    print(f"{'page':40} {' '.join(f'{name:>12}' for name in names)}  day")
    for file, scores in told.items():
        day = days.get(file)
        right = "" if day is None else "right" if day[0] == day[1] else f"{day[1] or 'none'}, meant {day[0]}"
        print(f"{file:40} {' '.join(f'{scores[name]:12.3f}' for name in names)}  {right}")
    means = {name: round(sum(scores[name] for scores in told.values()) / len(told), 3) for name in names}
    worst = {name: round(min(scores[name] for scores in told.values()), 3) for name in names}
    right_days = sum(day == found for day, found, _ in days.values())
    print(f"{'mean':40} {' '.join(f'{means[name]:12.3f}' for name in names)}")
    figures: dict[str, Any] = {
        "f1_mean": means, "f1_least": worst, "days_right": right_days, "days": len(days),
        "f1_by_trafilatura": round(means["ours"] / means["trafilatura"], 3),
    }  # fmt: skip
    print(json.dumps({"bench": "pages", "figures": figures}))


if __name__ == "__main__":
    main()
