"""The interviews' second definition: checks a request before and a plan after, by names alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from matcher.domain.event.interviews import InterviewPlan, Interviews
from matcher.domain.event.kinds import Label, Violation
from matcher.errors import InvalidInput


def check_interviews_request(request: Interviews) -> None:
    """Raise InvalidInput (``events.*``) for what no plan could keep; the conflict is named."""
    numbers = {"windows": request.windows, "most": request.most, **request.heads, **request.desks}
    for name, number in numbers.items():
        if number < 1:
            raise InvalidInput("events.not_positive", name=name, value=number)
    _check_names(request)
    for firm, least in request.least.items():
        if least > request.held(firm):
            raise InvalidInput("events.too_few_desks", who=firm, least=least, most=request.held(firm))
    for talent, firm in request.must:
        if not set(request.there(talent)) & set(request.there(firm)):
            raise InvalidInput("events.no_common_window", who=f"{talent}、{firm}")


def _check_names(request: Interviews) -> None:
    strangers = {talent for talent, _ in (*request.scores, *request.must) if talent not in request.heads}
    strangers |= {firm for _, firm in (*request.scores, *request.must) if firm not in request.desks}
    strangers |= {firm for firm in request.least if firm not in request.desks}
    strangers |= {who for who, _ in request.away if who not in request.heads and who not in request.desks}
    if strangers:
        raise InvalidInput("events.unknown_guests", who="、".join(sorted(strangers)))


def check_interviews(request: Interviews, plan: InterviewPlan) -> tuple[Violation, ...]:
    """Everything that the plan does not keep; () is a plan that can be sent out."""
    found = [*_places(request, plan), *_members(request, plan), *_wishes(request, plan)]
    return tuple(sorted(found, key=lambda one: (one.label, one.turn or 0, one.who)))


def _places(request: Interviews, plan: InterviewPlan) -> Iterator[Violation]:
    at_booth: Counter[tuple[str, int]] = Counter()
    for one in plan.interviews:
        at_booth[one.firm, one.window] += 1
        if not 0 <= one.window < request.windows:
            yield Violation(Label.NO_SUCH_WINDOW, (one.talent, one.firm), one.window)
        for who in (one.talent, one.firm):
            if who not in request.heads and who not in request.desks:
                yield Violation(Label.STRANGER, (who,), one.window)
            if (who, one.window) in request.away:
                yield Violation(Label.INTERVIEW_WHILE_AWAY, (who,), one.window)
    for (firm, window), number in at_booth.items():
        if number > request.desks.get(firm, number):
            yield Violation(Label.OVER_DESKS, (firm,), window)


def _members(request: Interviews, plan: InterviewPlan) -> Iterator[Violation]:
    at_once = Counter((one.talent, one.member, one.window) for one in plan.interviews)
    met = Counter((one.talent, one.member, one.firm) for one in plan.interviews)
    had = Counter((one.talent, one.member) for one in plan.interviews)
    for (talent, _, window), times in at_once.items():
        if times > 1:
            yield Violation(Label.TWO_AT_ONCE, (talent,), window)
    for (talent, _, firm), times in met.items():
        if times > 1:
            yield Violation(Label.INTERVIEWED_TWICE, (talent, firm))
    for (talent, member), number in had.items():
        if talent in request.heads and not 0 <= member < request.heads[talent]:
            yield Violation(Label.OVER_HEADS, (talent,))
        if number > request.most:
            yield Violation(Label.OVER_INTERVIEWS, (talent,))


def _wishes(request: Interviews, plan: InterviewPlan) -> Iterator[Violation]:
    of_firm = Counter(one.firm for one in plan.interviews)
    of_pair = Counter((one.talent, one.firm) for one in plan.interviews)
    for firm, least in sorted(request.least.items()):
        if of_firm[firm] < least:
            yield Violation(Label.BELOW_INTERVIEWS, (firm,))
    for pair in sorted(set(request.must)):
        if not of_pair[pair]:
            yield Violation(Label.MUST_INTERVIEW, pair)
    for pair, number in sorted(of_pair.items()):
        if number > request.wanted.get(pair, number):
            yield Violation(Label.OVER_INTERVIEWS, pair)
