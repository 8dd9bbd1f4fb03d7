"""What an outlet repeats is learned by a job, and its articles of late are cut and fingerprinted anew."""

from dataclasses import replace
from datetime import timedelta

import pytest
from press import Press
from service import Service
from sqlmodel import select
from stored import NOON, draft

from domain.article import Draft
from domain.buckets import entries
from domain.copies import fingerprint
from domain.errors import BadInput
from domain.query import parse
from storage import search
from storage.masked import OutletMask
from storage.models import Article, CommonShingle, Job, ShingleBucket
from worker import copy_verdicts, jobs, outlets
from worker.keep import keep, read_article

FOOT = "تابعونا على صفحات التواصل. جميع الحقوق محفوظة لصحيفة الضفة"


def story(n: int, size: int = 80) -> str:
    return " ".join("ل" + "".join("ابتثجحخدذر"[int(figure)] for figure in f"{n:02}{k:03}") for k in range(size)) + "."


def bring(service: Service, press: Press, numbers: range, foot: str = f" {FOOT}") -> None:
    """Let a feed bring whole articles with a foot."""
    items = [(f"n{n}", f"حدث {story(n, 2)}", f"{story(n)}{foot}") for n in numbers]
    press.write_feed("/a.xml", items)
    if not service.all(Article):
        service.feed("/a.xml", primed=True)
    service.poll()


def learn(service: Service) -> dict[str, object]:
    return outlets.learn_outlet(service.context, service.all(Article)[0].outlet)


def indexed(service: Service, article: Article) -> set[int]:
    with service.db.read() as session:
        rows = session.exec(select(ShingleBucket.entries))
        return {value for data in rows for value, id in entries(data) if id == article.id}


def test_an_outlet_that_has_grown_is_learned_by_a_job(service: Service, press: Press) -> None:
    bring(service, press, range(24))
    assert [(job.kind, job.state) for job in service.all(Job)] == [("learn_outlet", "waiting")]
    jobs.do_jobs(service.context, service.due("jobs"))
    (job,) = service.all(Job)
    assert (job.state, job.result) == ("done", {"version": 1, "learned": 24, "recomputed": 24})
    (mask,) = service.all(OutletMask)
    assert (mask.version, mask.learned, mask.fresh, len(mask.units)) == (1, 24, 0, 16)


def test_the_stored_text_stays_and_what_is_decided_on_is_cut(service: Service, press: Press) -> None:
    bring(service, press, range(24))
    jobs.do_jobs(service.context, service.due("jobs"))
    for number, article in enumerate(sorted(service.all(Article), key=lambda row: row.id or 0)):
        assert article.text.endswith(FOOT)
        assert (article.mask, article.text[article.own_from : article.own_to]) == (1, story(number))
        common = {row.hash for row in service.all(CommonShingle)}
        made = fingerprint(story(number))
        assert article.exact == made.exact
        assert indexed(service, article) == set(made.sketch) - common
    with service.db.read() as session:
        assert search.find(session, parse("تابعونا"), limit=9) == []


def test_an_article_that_comes_after_is_cut_at_once(service: Service, press: Press) -> None:
    bring(service, press, range(24))
    jobs.do_jobs(service.context, service.due("jobs"))
    bring(service, press, range(40, 41))
    newest = max(service.all(Article), key=lambda row: row.id or 0)
    assert (newest.mask, newest.text[newest.own_from : newest.own_to]) == (1, story(40))


def test_only_what_the_new_mask_leaves_otherwise_is_settled_again(
    service: Service, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(service, press, range(24))
    jobs.do_jobs(service.context, service.due("jobs"))
    more = " اقرأ أيضا في موقعنا كل ما يتصل بهذا الموضوع من الأخبار والصور والمقالات"
    bring(service, press, range(30, 36), f"{more} {FOOT}")
    lifted: list[int] = []
    plain = outlets.Settling.lift
    monkeypatch.setattr(outlets.Settling, "lift", lambda self, ids: (lifted.extend(ids), plain(self, ids)))
    assert learn(service) == {"version": 2, "learned": 30, "recomputed": 30}
    late = {a.id for a in service.all(Article) if more in a.text}
    assert set(lifted) == late
    assert {a.mask for a in service.all(Article)} == {2}
    assert all(a.text[a.own_from : a.own_to].rstrip() == story(n) for n, a in numbered(service))


def numbered(service: Service) -> list[tuple[int, Article]]:
    rows = sorted(service.all(Article), key=lambda row: row.id or 0)
    return list(zip([*range(24), *range(30, 36)], rows, strict=True))


def test_an_article_that_was_read_before_the_mask_changed_is_cut_when_it_is_stored(
    service: Service, press: Press
) -> None:
    bring(service, press, range(24))
    bring(service, press, range(50, 51))
    stored = max(service.all(Article), key=lambda row: row.id or 0)
    reading = read_article(service.context, _draft(stored))
    assert (reading.draft.mask, reading.draft.own) == (0, (0, len(stored.text)))
    learn(service)
    service.db.transact(lambda s: keep(service.context, s, [reading], feed_id=None, document=""))
    again = max(service.all(Article), key=lambda row: row.id or 0)
    assert (again.key, again.mask) == ("again", 1)
    assert again.text[again.own_from : again.own_to] == story(50)


def _draft(article: Article) -> Draft:
    return draft("again", article.title, article.text, outlet=article.outlet)


def test_nothing_is_recomputed_when_nothing_new_was_learned(service: Service, press: Press) -> None:
    bring(service, press, range(24))
    assert learn(service) == {"version": 1, "learned": 24, "recomputed": 24}
    assert learn(service) == {"version": 1, "learned": 24, "recomputed": 0}


def test_articles_beyond_the_window_keep_their_cut(service: Service, press: Press) -> None:
    bring(service, press, range(24))
    service.clock.now = NOON + timedelta(days=service.context.settings.copy_window_days + 1)
    assert learn(service) == {"version": 1, "learned": 24, "recomputed": 0}
    assert {row.mask for row in service.all(Article)} == {0}


def test_an_outlet_without_texts_is_refused(service: Service) -> None:
    with pytest.raises(BadInput, match="no text of"):
        outlets.learn_outlet(service.context, "لا أحد")


def test_groups_are_settled_again_when_what_an_outlet_repeats_is_known(service: Service, press: Press) -> None:
    """A long tail makes a copy of another text; once it is known they part, and what an analyst joined stays."""
    tail = " ".join(story(n, 12) for n in range(70, 74)) + f" {FOOT}"
    bring(service, press, range(24), f" {tail}")
    outlet = service.all(Article)[0].outlet
    short = [draft(f"s{n}", f"موجز {n}", f"{story(n, 40)} {tail}", outlet=outlet) for n in (80, 81, 82)]
    short[1] = replace(short[1], outlet="صحيفة أخرى")
    readings = [read_article(service.context, one) for one in short]
    service.db.transact(lambda s: keep(service.context, s, readings, feed_id=None, document=""))
    first, other, joined = (row.id or 0 for row in service.all(Article) if row.key in ("s80", "s81", "s82"))
    copy_verdicts.say(service.context, first, joined, same=True)
    assert groups(service, first, joined) == [first, first]
    assert groups(service, other) != [other]  # it has the tail of one of the outlet's
    assert learn(service)["recomputed"] == 26
    assert groups(service, first, other, joined) == [first, other, first]


def groups(service: Service, *ids: int) -> list[int | None]:
    found = {row.id: row.group_id for row in service.all(Article)}
    return [found[id] for id in ids]
