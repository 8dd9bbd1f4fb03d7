"""Channels: made, looked up, switched, and their secrets replaced."""

from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, func, or_, select, update

from domain.alerts import AlertState
from domain.channels import ROTATION_HOURS, ChannelState, Kind, kind_of
from domain.delivery import MOST_AGE
from domain.errors import BadInput, NotFound
from storage.models import Alert, Channel


def add(session: Session, url: str, secret: str, now: datetime) -> tuple[Channel, bool]:
    """Give the channel at an address, made with this secret if there is none yet. The second value says if made.

    Whoever asks for a channel again wants it on: it is resumed.
    """
    channel = session.exec(select(Channel).where(Channel.url == url)).one_or_none()
    if channel is not None:
        resume(session, channel.id or 0, now)
        session.refresh(channel)
        return channel, False
    kind = kind_of(url)
    channel = Channel(url=url, kind=kind.value, secret=secret if kind is Kind.WEBHOOK else "", created=now)
    session.add(channel)
    session.flush()
    return channel, True


def get(session: Session, id: int) -> Channel:
    """Give a channel. Raises NotFound."""
    channel = session.get(Channel, id)
    if channel is None:
        raise NotFound(f"there is no channel {id}: see `marsad alerts channels`")
    return channel


def listing(session: Session) -> list[Channel]:
    """Give all channels in the order in which they were made."""
    return list(session.exec(select(Channel).order_by(col(Channel.id))))


def waiting(session: Session) -> dict[int, int]:
    """Count for each channel the alerts that wait."""
    counted = select(Alert.channel_id, func.count()).where(Alert.state == AlertState.WAITING.value)
    return dict(session.exec(counted.group_by(col(Alert.channel_id))).all())


def rotate(session: Session, id: int, secret: str, now: datetime) -> Channel:
    """Replace a webhook's secret; the old one signs too for a day. Raises NotFound, and BadInput for other kinds."""
    channel = get(session, id)
    if channel.kind != Kind.WEBHOOK:
        raise BadInput("only webhooks are signed: there is no secret to replace")
    channel.old_secret, channel.old_until = channel.secret, now + timedelta(hours=ROTATION_HOURS)
    channel.secret = secret
    session.add(channel)
    return channel


def secrets_of(channel: Channel, now: datetime) -> tuple[str, ...]:
    """Give the secrets that sign now, the newest first."""
    old = channel.old_secret if channel.old_until and now < channel.old_until else ""
    return tuple(secret for secret in (channel.secret, old) if secret)


def _waiting(channel_id: int) -> tuple[object, ...]:
    return col(Alert.channel_id) == channel_id, col(Alert.state) == AlertState.WAITING.value


def switch_off(session: Session, id: int, why: str) -> None:
    """Switch a channel off: what waits for it ends as `off`, nothing more is made for it."""
    session.exec(update(Channel).where(col(Channel.id) == id).values(state=ChannelState.OFF.value, detail=why))
    session.exec(update(Alert).where(*_waiting(id)).values(state=AlertState.OFF.value, due=None))  # type: ignore[arg-type]


def pause(session: Session, id: int, why: str) -> None:
    """Pause a channel: what waits for it, and what is made for it, stays until it is resumed."""
    active = update(Channel).where(col(Channel.id) == id, col(Channel.state) == ChannelState.ACTIVE.value)
    session.exec(active.values(state=ChannelState.PAUSED.value, detail=why))
    session.exec(update(Alert).where(*_waiting(id)).values(due=None))  # type: ignore[arg-type]


def resume(session: Session, id: int, now: datetime) -> int:
    """Switch a channel on; what waits for it is due now, in the order in which it was made. Gives how much that is."""
    get(session, id)
    session.exec(update(Channel).where(col(Channel.id) == id).values(state=ChannelState.ACTIVE.value, detail=""))
    return hasten(session, id, now)


def hasten(session: Session, id: int, now: datetime) -> int:
    """Make due what waits for a channel, the oldest first: its receiver answers again. Gives how much that is.

    What the receiver itself did not want yet or could not read (4xx) keeps its own time.
    """
    later = or_(col(Alert.due).is_(None), and_(col(Alert.due) > now, col(Alert.detail).not_like("HTTP 4%")))
    free = or_(col(Alert.locked_until).is_(None), col(Alert.locked_until) < now)
    rows = update(Alert).where(*_waiting(id), later, free).values(due=Alert.created)  # type: ignore[arg-type]
    return session.exec(rows.execution_options(synchronize_session=False)).rowcount


def hold(session: Session, id: int, until: datetime, now: datetime) -> None:
    """Let what waits for a channel wait until its receiver is tried again; what waited too long has failed."""
    free = or_(col(Alert.locked_until).is_(None), col(Alert.locked_until) < now)
    since = or_(col(Alert.repeated).is_(None), col(Alert.repeated) < now - MOST_AGE)
    old = update(Alert).where(*_waiting(id), free, since, col(Alert.created) < now - MOST_AGE)  # type: ignore[arg-type]
    why = f"its receiver took nothing for {MOST_AGE.days} days"
    session.exec(old.values(state=AlertState.FAILED.value, due=None, detail=why))
    session.exec(update(Alert).where(*_waiting(id), free, col(Alert.due) < until).values(due=until))  # type: ignore[arg-type]
