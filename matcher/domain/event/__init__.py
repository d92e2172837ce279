"""Events: fairs, salons, days of one-to-one meetings; what they ask of a plan, plans, and their checkers.

Planners (matcher.recommend) work on numbers; the checkers here read only names and their own definition
of each label, so that a wrong planner is found out before a plan leaves the house.
"""

from matcher.domain.event.kinds import (
    AttendanceState,
    EventKind,
    Label,
    Violation,
)
from matcher.domain.event.meeting_check import check_meetings, check_meetings_request
from matcher.domain.event.meetings import Meeting, Meetings, MeetingsPlan
from matcher.domain.event.seat_check import check_seating, check_seating_request
from matcher.domain.event.seating import Apart, Pin, Seating, SeatPlan

__all__ = [
    "Apart",
    "AttendanceState",
    "EventKind",
    "Label",
    "Meeting",
    "Meetings",
    "MeetingsPlan",
    "Pin",
    "SeatPlan",
    "Seating",
    "Violation",
    "check_meetings",
    "check_meetings_request",
    "check_seating",
    "check_seating_request",
]
