"""Which snapshots stay: the newest, one an hour for a day, one a day for ninety days, and what is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

HOURLY: Final = timedelta(days=1)
DAILY: Final = timedelta(days=90)
# Pages of one list are of one snapshot: whoever turned a page so long ago may turn the next one.
READ_ON: Final = timedelta(minutes=15)
_MOMENT: Final = "%Y%m%dT%H%M%SZ"


def moment_of(snapshot_id: str) -> datetime | None:
    """The time of truth with which an id begins; None for what is no id."""
    try:
        return datetime.strptime(snapshot_id.partition("-")[0], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def kept(published: Sequence[str], newest: int, now: datetime) -> set[str]:
    """Of ids published (newest first): the `newest`, and the newest of each hour and day that is kept."""
    found = set(published[:newest])
    found |= _newest_of(published, now - HOURLY, lambda moment: (moment.date(), moment.hour))
    return found | _newest_of(published, now - DAILY, lambda moment: moment.date())


def still_read(publications: Iterable[tuple[str, datetime]], now: datetime) -> set[str]:
    """Of (id, published at), newest first: those that were served at some time in the last READ_ON."""
    found: set[str] = set()
    for snapshot_id, published_at in publications:
        found.add(snapshot_id)
        if published_at <= now - READ_ON:
            break  # served until the one before it came, and what is older was gone by then
    return found


def _newest_of(published: Sequence[str], since: datetime, span: Callable[[datetime], object]) -> set[str]:
    found: dict[object, str] = {}
    for snapshot_id in published:
        moment = moment_of(snapshot_id)
        if moment is not None and moment > since:
            found.setdefault(span(moment), snapshot_id)
    return set(found.values())
