"""The main text of pages as publishing systems make them: the article, and nothing of what stands around it."""

import pytest

from worker.extract import PageStatus, extract_page
from worker.extract.main import main_text
from worker.extract.tidy import is_date_line, tidy

TITLE = "افتتاح معرض الحرف في الساحة القديمة"
STORY = [
    "افتتحت بلدية المدينة صباح اليوم معرضا للحرف التقليدية في الساحة القديمة بمشاركة خمسين حرفيا من القرى المجاورة.",
    "وقالت رئيسة البلدية إن المعرض يستمر أسبوعا ويهدف إلى دعم الأسر المنتجة وتعريف الجيل الجديد بصناعات الأجداد.",
    "ويضم البرنامج ورشا للأطفال وأمسيات موسيقية، على أن تخصص عائدات الدخول لترميم السوق القديمة.",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)
OTHERS = "".join(f"<li><a href='/{n}'>خبر آخر من أخبار المدينة رقم {n} لا صلة له بالمعرض</a></li>" for n in range(6))
TEASER = "وفي خبر آخر أعلنت إدارة المسرح موعد عرضها المقبل ودعت الجمهور إلى حجز المقاعد قبل نهاية الأسبوع الجاري."
SIDE = f"<div class='sidebar'><h3>الأكثر قراءة</h3><ul>{OTHERS}</ul><p>{TEASER}</p></div>"
LAYOUTS = {
    "article element": f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>{SIDE}",
    "body by its class": (
        f"<div class='col-8 article-details'><h1>{TITLE}</h1><div class='meta'>سلمى الهاشم</div>"
        f"<div class='ArticleBody'>{PARAGRAPHS}</div><div class='news-list'><p>{TEASER}</p></div></div>{SIDE}"
    ),
    "line breaks, no paragraphs": f"<div id='article_body'>{'<br><br>'.join(STORY)}</div>{SIDE}",
    "marked by schema.org": f"<div itemprop='articleBody'>{PARAGRAPHS}</div><div class='entry-content'>{TEASER}</div>",
    "a share bar and related links inside": (
        f"<div class='entry-content'><div class='share-buttons'>شارك <a href='/f'>فيسبوك</a></div><p>{STORY[0]}</p>"
        f"<div class='related-posts'><h3>اقرأ أيضا</h3><ul>{OTHERS}</ul></div>"
        f"<p>{STORY[1]}</p><p>{STORY[2]}</p><p>جميع الحقوق محفوظة © 2026</p></div>"
    ),
    "a picture with its caption": (
        f"<div class='post-content'><div class='wp-caption'><img src='/1.jpg'><p class='wp-caption-text'>"
        f"من المعرض أمس</p></div>{PARAGRAPHS}</div>"
    ),
    "a list of links without any class": f"<div class='story-body'>{PARAGRAPHS}<ul>{OTHERS}</ul></div>",
    "headline and time again": (
        f"<div class='news-text'><div>{TITLE}</div>"
        f"<div>تم النشر: الإثنين 6 نيسان 2026 - 10:15 ص</div>{PARAGRAPHS}</div>"
    ),
    "a pointer between paragraphs": (
        f"<div class='news_content'><p>{STORY[0]}</p><p>اقرأ أيضا: سباق للدراجات يوم الجمعة</p>"
        f"<p>{STORY[1]}</p><p>{STORY[2]}</p></div>"
    ),
    "nested bodies": f"<div class='page-content'><h2>عنوان</h2><div class='node-content'>{PARAGRAPHS}</div></div>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_article_and_nothing_else(layout: str) -> None:
    html = f"<html><body><nav><a href='/'>الرئيسية</a></nav>{LAYOUTS[layout]}<footer>الحقوق</footer></body></html>"
    assert main_text(html, TITLE) == "\n".join(STORY)


def test_paragraphs_of_the_article_stay_whatever_their_class_is_called() -> None:
    body = "".join(f"<p class='print caption date'>{text}</p>" for text in STORY)
    assert main_text(f"<html><body><div class='article-body'>{body}</div></body></html>", TITLE) == "\n".join(STORY)


def test_a_paragraph_with_links_in_its_sentences_stays() -> None:
    linked = STORY[0].replace("معرضا", "<a href='/1'>معرضا</a>")
    html = f"<html><body><div class='article-body'><p>{linked}</p><p>{STORY[1]}</p></div></body></html>"
    assert main_text(html, TITLE) == "\n".join(STORY[:2])


@pytest.mark.parametrize(
    ("line", "dated"),
    [
        ("تم نشره الجمعة 24 نيسان / أبريل 2020 09:22 مساءً", True),
        ("آخر تحديث: 10:15 - 6 نيسان 2026", True),
        ("2026-04-06 10:15", True),
        ("عمان في 6 نيسان 2026 افتتح المعرض السنوي للحرف التقليدية في الساحة القديمة وسط المدينة.", False),
        ("قتل 7 أشخاص", False),
        ("من المعرض أمس", False),
    ],
)
def test_a_line_that_only_tells_the_time(line: str, dated: bool) -> None:
    assert is_date_line(line) is dated


@pytest.mark.parametrize(
    ("below", "left"),
    [
        ("اقرأ أيضا\nخبر آخر\nوخبر ثالث", ""),
        ("مواضيع ذات صلة:\nخبر آخر", ""),
        ("الآراء الواردة لا تعبر بالضرورة عن رأي الصحيفة.", ""),
        ("The post افتتاح المعرض appeared first on الضفة.", ""),
        ("اقرأ أيضا\nوقال المدير إن العمل مستمر.\nوأضاف أن النتائج جيدة.", None),
        ("وتابع أيضا حديثه عن المعرض.", None),
        ("وقال إن جميع الحاضرين سعداء.", None),
    ],
)
def test_what_stands_below_a_text(below: str, left: str | None) -> None:
    text = "\n".join(STORY)
    assert tidy(f"{text}\n{below}", TITLE) == (f"{text}\n{below}" if left is None else text)


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("", f"<article><p>{STORY[0]}</p><p>{STORY[1]}</p><p>هذا المحتوى متاح للمشتركين فقط</p></article>", "paywall"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "خبر", "hasPart": '
            '{"@type": "WebPageElement", "isAccessibleForFree": "False"}}</script>',
            f"<article><p>{STORY[0]}</p><p>{STORY[1]}</p></article>", "paywall",
        ),
        ("", "<article><p>عذراً، الصفحة التي تبحث عنها غير متاحة الآن.</p></article>", "removed"),
        ("", "<div id='app'></div>", "empty"),
        ("", f"<article>{PARAGRAPHS}</article>", "ok"),
        ("", f"<article>{PARAGRAPHS}<p>وقال إن المشتركين في المعرض كثر.</p></article>", "ok"),
    ],
)  # fmt: skip
def test_why_a_page_gives_no_text(head: str, body: str, status: str) -> None:
    html = f"<html><head><meta charset='utf-8'><title>خبر</title>{head}</head><body>{body}</body></html>"
    assert extract_page(html.encode(), "text/html", "https://o.example/1").status is PageStatus(status)


def test_what_a_page_says_of_itself() -> None:
    head = (
        '<link rel="canonical" href="https://www.o.example/1"><meta property="og:site_name" content="صحيفة الضفة">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "خبر",'
        ' "image": [{"url": "/1.jpg"}], "articleSection": "ثقافة"}</script>'
    )
    html = f"<html lang='ar'><head>{head}</head><body><article>{PARAGRAPHS}</article></body></html>"
    page = extract_page(html.encode(), "text/html; charset=utf-8", "https://m.o.example/1?utm_source=x")
    assert (page.canonical, page.outlet, page.image, page.section, page.language) == (
        "https://www.o.example/1", "صحيفة الضفة", "https://m.o.example/1.jpg", "ثقافة", "ar",
    )  # fmt: skip
