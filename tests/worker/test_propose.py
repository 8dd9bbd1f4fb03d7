"""What a change of references would do is told before it is kept."""

from typing import Any

import pytest
from press import STORY, Press
from service import HEADLINE, Service
from stored import NOON, draft, store

from domain.article import Text
from storage import jobs, learning, topics
from storage.learned import TopicVersion
from storage.models import Job
from worker import jobs as module

STRIKE = (
    "دخل إضراب عمال الشحن في ميناء الصدف أسبوعه الثاني، وتكدست الحاويات على الأرصفة، فيما فشلت جولة مفاوضات جديدة بين "
    "نقابة العمال والشركة المشغلة حول الأجور وساعات العمل الليلي."
)


def preview(service: Service, **asked: Any) -> Job:
    id = service.db.transact(lambda s: jobs.ask(s, learning.PREVIEW_REFERENCE, asked, NOON))
    module.do_jobs(service.context, [id])
    with service.db.read() as session:
        return jobs.get(session, id)


@pytest.fixture
def topic(service: Service) -> int:
    with service.db.write() as session:
        store(session, draft("s", HEADLINE, STORY), draft("o", "إضراب ميناء الصدف", STRIKE))
    return service.topic()


def test_what_a_reference_would_gain_and_lose_is_told_and_nothing_kept(service: Service, topic: int) -> None:
    told = preview(service, topic_id=topic, relevant=False, title=HEADLINE, text=STORY, url="", kind="").result
    assert [row["title"] for row in told["lost"]] == [HEADLINE]
    assert (told["lost_number"], told["gained_number"], told["matched"], told["read"]) == (1, 0, 0, 2)
    assert (told["title"], told["text"], told["kind"]) == (HEADLINE, STORY, "")
    assert [row.version for row in service.all(TopicVersion)] == [1]


def test_what_is_previewed_is_what_the_change_does(service: Service, topic: int) -> None:
    given = [(Text(HEADLINE, STORY), "")]
    service.db.transact(lambda s: learning.add_references(s, topic, given, False, NOON))
    with service.db.read() as session:
        against = topics.references(session, topic)[1].id
    told = preview(service, topic_id=topic, remove=against).result
    assert [row["title"] for row in told["gained"]] == [HEADLINE]
    asked = service.db.transact(lambda s: learning.remove_reference(s, topic, against or 0, NOON))
    module.do_jobs(service.context, [asked])
    with service.db.read() as session:
        assert jobs.get(session, asked).result["matched"] == told["matched"] == 1


def test_a_page_is_fetched_and_what_is_wrong_is_an_answer(service: Service, press: Press, topic: int) -> None:
    press.write_feed("/a.xml", [("s1", HEADLINE, STORY)])
    told = preview(service, topic_id=topic, relevant=True, url=f"{press.base}/page/s1.html")
    assert (told.state, told.result["text"]) == ("done", STORY)
    for asked, why in (
        ({"remove": 1}, "last reference"),
        ({"remove": 9}, "no reference 9"),
        ({"relevant": True, "title": "", "text": "قصير"}, "words that tell"),
        ({"relevant": True}, "no reference was given"),
    ):
        failed = preview(service, topic_id=topic, **asked)
        assert (failed.state, why in failed.result["error"]) == ("failed", True)
