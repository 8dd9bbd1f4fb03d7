"""What is needed to try a subscription out on what is stored: the matches of the last days, in order."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from domain.rehearse import Matched
from storage.models import Article, Match

DAYS = 30
MOST = 5_000  # matches looked at, the newest: more would take minutes


def stored_matches(session: Session, topic_id: int, now: datetime) -> list[Matched]:
    """Give what a topic matched of the last 30 days that are stored, at most the newest 5,000, in order of event time.

    The days are counted back from the newest match, so that an archive can be tried out too.
    """
    newest = sa.select(sa.func.max(Match.event_at)).where(col(Match.topic_id) == topic_id, col(Match.state) == "match")
    until = min(session.execute(newest).scalar_one() or now, now)
    columns = [
        col(Article.id), col(Article.story_id), col(Article.group_id), col(Article.outlet), col(Article.title),
        col(Article.text), col(Article.event_at), col(Article.first_seen), col(Article.credit),
    ]  # fmt: skip
    rows = (
        sa.select(*columns)
        .join(Match, col(Match.article_id) == col(Article.id))
        .where(col(Match.topic_id) == topic_id, col(Match.state) == "match")
        .where(col(Article.event_at) > until - timedelta(days=DAYS), col(Article.event_at) <= until)
        .order_by(col(Article.event_at).desc(), col(Article.id).desc())
        .limit(MOST)
    )
    found = reversed(session.execute(rows).all())
    return [Matched(id, story or group or id, group or id, *rest) for id, story, group, *rest in found]
