"""Articles come into the story of their event as they are kept, and stay where an analyst put them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from stored import NOON, context, draft, store

from domain.article import Draft
from domain.stories import MEMBERS, Gist
from storage import articles, stories, story_edits, story_index
from storage.engine import Database
from worker.context import Context
from worker.keep import keep, read_article, revise
from worker.stories import assign

HOUR = timedelta(hours=1)
FIRE = "حريق كبير يلتهم سوق القماش القديم في طرابلس"
REPORTS = [
    "اندلع حريق كبير فجر اليوم في سوق القماش القديم بمدينة طرابلس والتهم عشرات المتاجر قبل أن يخمده رجال الإطفاء. "
    "وقال قائد فوج الإطفاء إن ماسا كهربائيا كان السبب، ولم يصب أحد من التجار.",
    "التهمت النيران متاجر في سوق القماش القديم في طرابلس، وأخلت الشرطة الأزقة المجاورة. وقال تجار إنهم فقدوا بضائع "
    "موسم كامل، وإن رجال الإطفاء وصلوا بعد نصف ساعة من اندلاع الحريق.",
    "تفقد رئيس بلدية طرابلس سوق القماش القديم بعد الحريق الذي أتى على متاجره، ووعد التجار بتعويضات. وقدرت غرفة التجارة "
    "خسائر الحريق بملايين، وطالب أصحاب المتاجر بشبكة إطفاء في السوق.",
]
OTHER = "وقعت وزارة التعليم اتفاقا مع ثلاث جامعات لتدريب المعلمين على البرمجة، ويبدأ البرنامج في الخريف المقبل."


def fire(n: int, key: str = "", **values: Any) -> Draft:
    """Give a report on the fire by an outlet of its own, each an hour later."""
    number = n % len(REPORTS)
    title = (FIRE, "النيران تلتهم سوق القماش في طرابلس", "بلدية طرابلس تعد تجار سوق القماش بتعويضات بعد الحريق")[number]
    given: dict[str, Any] = {"outlet": f"صحيفة {n}", "at": NOON + HOUR * n, "body": REPORTS[number]} | values
    return draft(key or f"fire{n}", title, **given)


def kept(worker: Context, *drafts: Draft) -> list[int]:
    """Keep articles. Gives their ids."""
    readings = [read_article(worker, each) for each in drafts]
    worker.db.transact(lambda s: keep(worker, s, readings, feed_id=None, document=""))
    with worker.db.read() as session:
        return [articles.id_of(session, each.key) for each in drafts]


WATER = (
    "أعلنت وزارة الطاقة أن محطة التحلية الجديدة على الساحل الشرقي ستدخل الخدمة في الربيع المقبل بعد تأخير دام عاما. "
    "وتبلغ كلفة المحطة مئتي مليون وتكفي لمدينتين يسكنهما نصف مليون شخص، وتعمل بالطاقة الشمسية في النهار. "
    "وقال الوزير إن الشركة المنفذة دفعت غرامات عن التأخير، وإن التمويل جاء من مصرف التنمية الإقليمي. "
    "واعترض صيادون على موقع المحطة خوفا من أثر المياه المالحة في مصايدهم، وطالبوا بدراسة مستقلة. "
    "ويعاني الساحل الشرقي نقصا في مياه الشرب منذ جفاف السدود قبل ثلاثة أعوام، وتصل الصهاريج إلى القرى مرتين كل أسبوع. "
    "وكانت المحطة القديمة قد توقفت بعد عطل في مضخاتها الرئيسية ولم يتمكن الفنيون من إصلاحه."
)


def placed(worker: Context, ids: list[int]) -> list[int]:
    with worker.db.read() as session:
        found = stories.story_of(session, ids)
    return [found[id] for id in ids]


def test_an_excerpt_comes_into_the_story_of_the_text_that_holds_it_and_a_roundup_does_not(
    db: Database, tmp_path: Path
) -> None:
    worker, words = context(db, tmp_path), WATER.split()
    tail = " ".join(words[int(len(words) * 0.62) :])
    roundup = " ".join(f"وهذه فقرة {n} من عرض الصحف في موضوع {n} لا صلة له بما قبله ولا بما بعده." for n in range(25))
    ids = kept(worker, draft("water", "محطة تحلية جديدة على الساحل الشرقي", WATER))
    ids += kept(worker, draft("tail", "الصهاريج في القرى", tail, at=NOON + HOUR, outlet="موقع السهل"))
    ids += kept(worker, draft("all", "عرض الصحف", f"{roundup} {tail}", at=NOON + HOUR * 2, outlet="إذاعة الوادي"))
    with db.read() as session:
        assert all(article.group_id == article.id for article in articles.several(session, ids)), "no copies"
    water, excerpt, review = placed(worker, ids)
    assert excerpt == water
    assert review != water


def test_reports_of_one_event_come_together_in_one_batch_or_one_by_one(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    ids = kept(worker, fire(0), fire(1), draft("school", "اتفاق لتدريب المعلمين", OTHER))
    ids += kept(worker, fire(2))
    one, two, school, three = placed(worker, ids)
    assert (one, one) == (two, three)
    assert school != one
    with db.read() as session:
        assert (stories.get(session, one).articles, stories.get(session, one).groups) == (3, 3)


def test_a_copy_is_in_the_story_of_its_lead(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    ids = kept(worker, fire(0), draft("copy", "عنوان آخر تماما", REPORTS[0], outlet="موقع", at=NOON + HOUR))
    later = kept(worker, draft("late", "عنوان ثالث", REPORTS[0], outlet="وكالة", at=NOON + HOUR * 30))
    assert len(set(placed(worker, ids + later))) == 1
    with db.read() as session:
        assert story_index.stories_of(session, ids + later).keys() == {ids[0]}, "only leads are compared"


def test_the_same_words_weeks_later_are_another_event(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    first, second = placed(worker, kept(worker, fire(0), fire(1, at=NOON + timedelta(days=20))))
    assert first != second


def test_articles_in_another_language_are_stories_of_their_own(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    drafts = [draft(key, "Fire in Tripoli", f"A fire broke out {key}", language="en") for key in ("a", "b")]
    assert len(set(placed(worker, kept(worker, *drafts)))) == 2


def test_reports_at_the_same_instant_are_one_story(db: Database, tmp_path: Path) -> None:
    worker, start = context(db, tmp_path), threading.Barrier(3)

    def keep_one(n: int) -> None:
        start.wait()
        kept(worker, fire(n, at=NOON))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(keep_one, range(3)))
    with db.read() as session:
        assert len(set(stories.story_of(session, [1, 2, 3]).values())) == 1


def test_a_restart_changes_no_decision(db: Database, tmp_path: Path) -> None:
    ids = [kept(context(db, tmp_path), fire(n))[0] for n in range(3)]
    assert len(set(placed(context(db, tmp_path), ids))) == 1


def test_what_was_split_out_is_not_put_back_and_draws_its_own(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    ids = kept(worker, fire(0), fire(1))
    (story, _) = placed(worker, ids)
    with db.write() as session:
        edit = story_edits.split(session, story, [ids[1]], NOON)
    again(worker, ids[1], fire(1))
    assert placed(worker, ids) == [story, edit.other]
    copy = kept(worker, draft("copy", "عنوان آخر", REPORTS[1], outlet="موقع", at=NOON + HOUR * 2))
    assert placed(worker, copy) == [edit.other]


def test_new_articles_come_to_the_joined_story(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    other, report = kept(worker, draft("school", "اتفاق لتدريب المعلمين", OTHER), fire(0))
    (first, second) = placed(worker, [other, report])
    assert first != second
    with db.write() as session:
        story_edits.join(session, first, second, NOON)
    assert placed(worker, [report, *kept(worker, fire(1))]) == [first, first]
    again(worker, report, fire(0))
    assert placed(worker, [report]) == [first]


def again(worker: Context, id: int, text: Draft) -> None:
    """Give a stored article a text, as when its page came."""
    with worker.db.write() as session:
        revise(worker, session, articles.get(session, id), read_article(worker, text), {})


def test_a_headline_finds_its_story_when_the_text_comes(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    (lead,) = kept(worker, fire(0))
    (bare,) = kept(worker, draft("bare", "صباح عصيب على التجار", outlet="موقع", at=NOON + HOUR))
    story, alone = placed(worker, [lead, bare])
    assert story != alone
    again(worker, bare, draft("bare", "صباح عصيب على التجار", REPORTS[1], outlet="موقع", at=NOON + HOUR))
    assert placed(worker, [lead, bare]) == [story, story]
    with db.read() as session:
        assert (stories.get(session, story).articles, stories.get(session, alone).articles) == (2, 0)


def test_a_text_that_tells_another_event_leaves_its_story(db: Database, tmp_path: Path) -> None:
    worker = context(db, tmp_path)
    ids = kept(worker, fire(0), fire(1))
    again(worker, ids[0], draft("fire0", "اتفاق لتدريب المعلمين", OTHER))
    first, second = placed(worker, ids)
    assert first != second


def test_of_a_long_story_the_newest_are_compared(db: Database) -> None:
    terms = dict.fromkeys(range(1, 5), 0.5)
    with db.write() as session:
        ids = store(session, *(draft(f"f{n}", at=NOON + HOUR * n) for n in range(MEMBERS + 2)))
        for n, id in enumerate(ids):
            assign(session, {id: Gist((NOON + HOUR * n).timestamp(), terms, terms)}, {id: id}, NOON)
        assert len(set(stories.story_of(session, ids).values())) == 1
        assert sorted(story_index.stories_of(session, ids)) == ids[-MEMBERS:]
