"""Groups against real storage, on both systems. All Arabic here is invented."""

from datetime import timedelta
from pathlib import Path

import pytest
from stored import NOON, context, draft

from domain.article import Draft
from storage import articles, copies
from storage.engine import Database
from worker.context import Context
from worker.keep import keep, read_article

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIRE = (
    "افتتح مجلس البلدة سوقا مسقوفة جديدة لبائعي الخضر بعد ثلاث سنوات من أعمال البناء والتأخير. "
    "وتضم السوق مئتي دكان ومخازن مبردة وموقفا للشاحنات يدخل من الطريق الدائرية لا من وسط البلدة. "
    "وقال رئيس المجلس إن الإيجارات ستبقى ثابتة عامين كاملين حتى يعتاد التجار المكان الجديد. "
    "واعترض بعض الباعة على بعد السوق عن الأحياء القديمة وطلبوا حافلات تنقل الزبائن في الصباح. "
    "ووعدت شركة النقل بخط جديد يبدأ العمل مع مطلع الشهر المقبل ويمر بالمستشفى والجامعة. "
    "أما السوق القديمة فستتحول إلى متحف صغير يحكي تاريخ التجارة على ضفاف النهر منذ قرنين."
)
SENTENCES = WIRE.split(". ")
OTHER = (
    "فاز فريق الجبل بكأس الناشئين لكرة اليد بعد مباراة امتدت إلى وقتين إضافيين أمام جمهور ملأ القاعة. "
    "وسجل حارس المرمى هدف الفوز من رمية بعيدة في الثواني الأخيرة وسط دهشة الجميع من لاعبين ومدربين. "
    "وأهدى المدرب الكأس إلى أهالي القرى التي جاء منها لاعبوه ودعا إلى بناء قاعة ثانية في السفح."
)


def forecast(day: str, low: int) -> str:
    return (
        f"تتوقع مصلحة الأرصاد أن يكون طقس يوم {day} معتدلا على معظم المناطق مع رياح خفيفة إلى متوسطة السرعة "
        f"ونشاط محدود في الأتربة على الطرق السريعة وتكون السماء غائمة جزئيا وتبلغ الحرارة الصغرى {low} درجة"
    )


@pytest.fixture
def worker(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


def group(worker: Context, *drafts: Draft) -> list[str]:
    """Keep articles in one transaction. Gives the key of the lead of each one's group."""
    readings = [read_article(worker, d) for d in drafts]
    worker.db.transact(lambda session: keep(worker, session, readings, feed_id=None, document=""))
    with worker.db.read() as session:
        ids = [articles.id_of(session, d.key) for d in drafts]
        return [articles.get(session, articles.group_of(session, id)).key for id in ids]


def lead_of(worker: Context, key: str) -> str:
    """Give the key of the lead of an article's group as stored."""
    with worker.db.read() as session:
        return articles.get(session, articles.group_of(session, articles.id_of(session, key))).key


def test_a_copy_joins_the_group_of_its_text(worker: Context) -> None:
    assert group(worker, draft("أ", "سوق جديدة", WIRE)) == ["أ"]
    copy = draft("ب", "عنوان آخر", WIRE, outlet="صحيفة السهل", at=NOON + HOUR)
    assert group(worker, copy, draft("ج", "كأس", OTHER, outlet="صحيفة السهل")) == ["أ", "ج"]


def test_a_cut_copy_joins_whichever_came_first(worker: Context) -> None:
    cut = ". ".join(SENTENCES[:3])
    assert group(worker, draft("أ", "سوق", WIRE), draft("ب", "سوق", cut, outlet="ب", at=NOON + HOUR)) == ["أ", "أ"]
    assert group(worker, draft("ج", "سوق", cut.replace("البلدة", "القرية"), outlet="ج", at=NOON + 20 * DAY)) == ["ج"]


def test_the_form_of_another_day_stays_apart(worker: Context) -> None:
    days = [("الأحد", 14), ("الاثنين", 11), ("الثلاثاء", 9)]
    drafts = [draft(day, "الطقس", forecast(day, low), at=NOON + DAY * n) for n, (day, low) in enumerate(days)]
    assert group(worker, *drafts) == ["الأحد", "الاثنين", "الثلاثاء"]
    assert group(worker, draft("مرة أخرى", "الطقس", forecast("الأحد", 14), outlet="صحيفة السهل")) == ["الأحد"]


def test_a_copy_of_a_copy_makes_no_chain(worker: Context) -> None:
    """Half of the first, then half of the second: the third has nothing of the lead, and its own group."""
    first = " ".join(f"كلمة{n}أولى" for n in range(80))
    second = " ".join([*(f"كلمة{n}أولى" for n in range(45)), *(f"كلمة{n}ثانية" for n in range(40))])
    third = " ".join([*(f"كلمة{n}ثانية" for n in range(40)), *(f"كلمة{n}ثالثة" for n in range(35))])
    drafts = [
        draft("أ", body=first), draft("ب", body=second, outlet="ب", at=NOON + HOUR),
        draft("ج", body=third, outlet="ج", at=NOON + 2 * HOUR),
    ]  # fmt: skip
    assert group(worker, *drafts) == ["أ", "أ", "ج"]


def test_in_one_batch_the_earliest_leads_whatever_the_order(worker: Context) -> None:
    late, early = draft("متأخر", body=WIRE, outlet="ب", at=NOON + HOUR), draft("مبكر", body=WIRE, at=NOON)
    assert group(worker, late, early) == ["مبكر", "مبكر"]


def test_what_was_published_earlier_leads_although_it_comes_later(worker: Context) -> None:
    assert group(worker, draft("أ", body=WIRE, at=NOON)) == ["أ"]
    assert group(worker, draft("ب", body=WIRE, outlet="ب", at=NOON - HOUR)) == ["ب"]
    assert lead_of(worker, "أ") == "ب"


def test_beyond_the_window_only_the_very_same_text_is_a_copy(worker: Context) -> None:
    window = timedelta(days=worker.settings.copy_window_days)
    edited = f"{WIRE} وهذه زيادة"
    assert group(worker, draft("أ", body=WIRE, at=NOON - window - HOUR)) == ["أ"]
    assert group(worker, draft("ب", body=edited, outlet="ب", at=NOON - HOUR)) == ["أ"]
    assert group(worker, draft("ج", body=edited, outlet="ج", at=NOON + window)) == ["أ"]
    assert group(worker, draft("د", body=f"{edited} أخرى", outlet="د", at=NOON + window)) == ["د"]
    assert group(worker, draft("ه", body=WIRE, outlet="ه", at=NOON + 400 * DAY)) == ["أ"]


def test_only_leads_are_looked_for(worker: Context) -> None:
    group(worker, draft("أ", body=WIRE), draft("ب", body=WIRE, outlet="ب", at=NOON + HOUR))
    sketch = [int(value) for value in read_article(worker, draft("x", body=WIRE)).fingerprint.sketch]
    with worker.db.read() as session:
        lead = articles.id_of(session, "أ")
        assert {id for ids in copies.lookup(session, sketch).values() for id in ids} == {lead}


def test_a_shingle_under_everything_is_retired(worker: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "COMMON", 3)
    tail = "تابعوا آخر أخبار البلدة على صفحتنا واشتركوا في النشرة ليصلكم كل جديد فور حدوثه في أي وقت من اليوم"
    bodies = [" ".join(f"مفردة{n}في{m}" for m in range(60)) + " " + tail for n in range(6)]
    drafts = [draft(f"k{n}", body=body, outlet=f"صحيفة {n}") for n, body in enumerate(bodies)]
    assert group(worker, *drafts) == [d.key for d in drafts]
    with worker.db.read() as session:
        retired = copies.common(session)
        assert retired
        assert dict(copies.lookup(session, retired)) == {}
    again = draft("ن", body=bodies[0], outlet="صحيفة أخرى", at=NOON + HOUR)
    assert group(worker, again) == ["k0"]
