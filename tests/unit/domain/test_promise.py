"""What a case was promised: one hour, two days, four days; overdue, near, and what counts as an answer."""

from datetime import UTC, datetime, timedelta

import pytest

from matcher.domain.case import check_need_move
from matcher.domain.case_figures import figures, waited
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.promise import (
    Act,
    Case,
    CaseAct,
    Due,
    Terms,
    answer_due,
    contact_due,
    due,
    escalated,
    promised,
    standing,
)
from matcher.errors import Conflict, InvalidInput

CAME = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_case(state: NeedState = NeedState.OPEN, *acts: Act, from_firm: bool = True, **known: datetime) -> Case:
    return Case(CAME, state, promised(CAME, NeedKind.SUPPLY, Terms(), from_firm), acts, **known)


@pytest.mark.parametrize(
    ("kind", "days"), [(NeedKind.POLICY, 2), (NeedKind.LEGAL, 2), (NeedKind.SUPPLY, 4), (None, 4)]
)
def test_a_question_is_answered_in_two_days_the_rest_in_four(kind, days) -> None:
    promise = promised(CAME, kind, Terms(), from_firm=True)
    assert (promise.contact_by, promise.answer_by) == (CAME + HOUR, CAME + days * DAY)
    assert promised(CAME, kind, Terms(), from_firm=False).contact_by is None


@pytest.mark.parametrize(
    ("done", "now", "stands"),
    [
        (None, 0 * DAY, Due.RUNNING),
        (None, 3 * DAY, Due.SOON),
        (None, 4 * DAY, Due.SOON),
        (None, 4 * DAY + HOUR, Due.OVERDUE),
        (4 * DAY, 9 * DAY, Due.KEPT),
        (4 * DAY + HOUR, 9 * DAY, Due.LATE),
    ],
)
def test_a_deadline_is_near_in_its_last_quarter_and_over_after_its_last_moment(done, now, stands) -> None:
    assert due(CAME + 4 * DAY, CAME, None if done is None else CAME + done, CAME + now) is stands


def test_a_case_nobody_called_about_goes_to_the_station_s_head_after_an_hour() -> None:
    assert not escalated(a_case(), CAME + HOUR)
    assert escalated(a_case(), CAME + 2 * HOUR)
    assert not escalated(a_case(NeedState.OPEN, Act(CaseAct.CONTACTED, CAME + HOUR)), CAME + 2 * HOUR)
    assert not escalated(a_case(from_firm=False), CAME + 2 * HOUR)


def test_closed_on_paper_counts_as_open() -> None:
    paper = a_case(NeedState.CLOSED)
    assert (standing(paper).answered_at, standing(paper).unproven) == (None, True)
    assert answer_due(paper, standing(paper), CAME + 5 * DAY) is Due.OVERDUE
    shown = a_case(NeedState.CLOSED, Act(CaseAct.CLOSED, CAME + DAY, proven=True))
    assert answer_due(shown, standing(shown), CAME + 5 * DAY) is Due.KEPT
    called_off = a_case(NeedState.SERVED)
    assert standing(called_off).unproven
    assert not standing(a_case(NeedState.SERVED, signed_at=CAME + DAY)).unproven


def test_a_dispute_undoes_the_answer_and_does_not_set_the_clock_back() -> None:
    closed, disputed = (
        Act(CaseAct.CLOSED, CAME + DAY, proven=True),
        Act(CaseAct.DISPUTED, CAME + 2 * DAY, True),
    )
    again = Act(CaseAct.CLOSED, CAME + 6 * DAY, proven=True)
    waiting = a_case(NeedState.OPEN, closed, disputed)
    assert (standing(waiting).answered_at, standing(waiting).reopened) == (None, 1)
    at_last = a_case(NeedState.CLOSED, closed, disputed, again)
    assert answer_due(at_last, standing(at_last), CAME + 9 * DAY) is Due.LATE
    repeated = a_case(NeedState.CLOSED, closed, Act(CaseAct.REPEATED, CAME + 3 * DAY))
    assert standing(repeated).unproven


def test_only_the_firm_or_its_word_takes_a_need_out_of_the_figures() -> None:
    for act, gone in (
        (Act(CaseAct.WITHDRAWN, CAME + DAY), False),
        (Act(CaseAct.WITHDRAWN, CAME + DAY, proven=True), True),
        (Act(CaseAct.WITHDRAWN, CAME + DAY, by_firm=True), True),
    ):
        case = a_case(NeedState.WITHDRAWN, act)
        assert standing(case).withdrawn is gone
        assert (contact_due(case, standing(case), CAME + 9 * DAY) is None) is gone


def test_every_case_stands_in_exactly_one_place_and_the_old_open_ones_slow_the_median() -> None:
    quick = a_case(NeedState.CLOSED, Act(CaseAct.CLOSED, CAME + HOUR, proven=True))
    cases = [quick, quick, *(a_case(NeedState.CLOSED) for _ in range(4))]
    found = figures(cases, CAME + 10 * DAY)
    assert (found.opened, found.kept, found.overdue, found.unproven) == (6, 2, 4, 4)
    assert found.kept + found.late + found.overdue + found.running + found.withdrawn == found.opened
    # The two that were closed took an hour; of six cases half are not closed yet.
    assert (found.closed.reached, found.closed.median, found.closed.p90) == (2, None, None)
    assert figures([quick, quick], CAME + 10 * DAY).closed.median == HOUR


def test_the_median_counts_who_waits_and_nobody_waiting_is_the_plain_median() -> None:
    hours = [HOUR * number for number in range(1, 11)]
    assert (waited(hours, [], 0.5), waited(hours, [], 0.9)) == (5 * HOUR, 9 * HOUR)
    assert waited(hours, [100 * HOUR] * 5, 0.5) == 8 * HOUR
    assert waited(hours, [HOUR / 2] * 50, 0.5) == 5 * HOUR  # too young to say anything
    assert waited([], hours, 0.5) is None


@pytest.mark.parametrize(
    ("before", "after", "evidence", "by_firm", "refused"),
    [
        ("open", "closed", None, False, InvalidInput),
        ("open", "closed", "  ", False, InvalidInput),
        ("served", "closed", None, True, InvalidInput),
        ("served", "closed", "回单 88", False, None),
        ("open", "withdrawn", None, False, InvalidInput),
        ("open", "withdrawn", None, True, None),
        ("closed", "open", None, False, None),
        ("closed", "served", None, False, Conflict),
        ("closed", "closed", None, False, None),
        ("withdrawn", "closed", "回单", False, Conflict),
    ],
)
def test_a_need_ends_on_evidence_and_by_allowed_steps(before, after, evidence, by_firm, refused) -> None:
    step = (NeedState(before), NeedState(after), evidence, by_firm)
    if refused is None:
        check_need_move(*step)
    else:
        with pytest.raises(refused):
            check_need_move(*step)
