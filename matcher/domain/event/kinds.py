"""Kinds of events, and labels of what a plan must keep; a label's sentence is ``events.label.<label>``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """A recruitment fair, a salon with tables, a day of one-to-one meetings."""

    FAIR = "fair"
    SALON = "salon"
    MEETINGS = "meetings"


class AttendanceState(StrEnum):
    """How far an enterprise came."""

    INVITED = "invited"
    REGISTERED = "registered"
    ATTENDED = "attended"
    ABSENT = "absent"


class Label(StrEnum):
    """What can be wrong with a plan."""

    UNSEATED = "unseated"
    SEATED_TWICE = "seated_twice"
    SEATED_WHILE_AWAY = "seated_while_away"
    STRANGER = "stranger"
    TABLE_OVERFULL = "table_overfull"
    TABLE_LOST = "table_lost"
    TOGETHER_AGAIN = "together_again"
    KEPT_APART = "kept_apart"
    LAST_TIME = "last_time"
    NO_HOST = "no_host"
    PIN_BROKEN = "pin_broken"
    MEETING_TWICE = "meeting_twice"
    TWO_AT_ONCE = "two_at_once"
    TOO_MANY_TABLES = "too_many_tables"
    TABLE_TAKEN = "table_taken"
    MEETING_WHILE_AWAY = "meeting_while_away"
    OVER_LIMIT = "over_limit"
    BELOW_MINIMUM = "below_minimum"
    MUST_MEET = "must_meet"
    MUST_NOT_MEET = "must_not_meet"
    MEETING_PIN_BROKEN = "meeting_pin_broken"
    NO_SUCH_SLOT = "no_such_slot"
    UNPLACED = "unplaced"
    BOOTH_TAKEN = "booth_taken"
    NO_SUCH_BOOTH = "no_such_booth"
    BOOTH_LOST = "booth_lost"
    BOOTH_SMALL = "booth_small"
    POWER_SHORT = "power_short"
    WRONG_ZONE = "wrong_zone"
    TOO_CLOSE = "too_close"
    NOT_NEIGHBOURS = "not_neighbours"
    BOOTH_PIN_BROKEN = "booth_pin_broken"
    INTERVIEW_WHILE_AWAY = "interview_while_away"
    OVER_DESKS = "over_desks"
    OVER_HEADS = "over_heads"
    INTERVIEWED_TWICE = "interviewed_twice"
    OVER_INTERVIEWS = "over_interviews"
    BELOW_INTERVIEWS = "below_interviews"
    MUST_INTERVIEW = "must_interview"
    NO_SUCH_WINDOW = "no_such_window"


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that a plan does not keep: whom it concerns, in which round or slot (from 0), where."""

    label: Label
    who: tuple[str, ...]
    turn: int | None = None
    table: int | None = None
