"""A fair's plan for people: the floor, interviews by firm and by class, who could hire whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from matcher.messages import say
from matcher.services.event_book import Sheet
from matcher.services.slot_times import begins

_ZONE = ZoneInfo("Asia/Shanghai")


def sheets(
    plan: Mapping[str, Any], names: Mapping[str, str], starts_at: datetime | None, language: str
) -> list[Sheet]:
    """Floor, interviews in the order of the day, agendas of the classes, openings."""
    return [
        _floor(plan, names, language),
        _interviews(plan, names, starts_at, language),
        _classes(plan, names, starts_at, language),
        _hires(plan, names, language),
    ]


def lines_of(
    plan: Mapping[str, Any], names: Mapping[str, str], guest: str, language: str
) -> Iterator[tuple[int, str]]:
    """(window, what) of one firm or class; a firm's interviews of one window are one line."""
    booth = {one["enterprise_id"]: one["number"] for one in plan["booths"]}
    if guest in plan.get("heads", {}):
        for one in _of(plan, "talent_id", guest):
            words = {"turn": one["window"], "booth": booth.get(one["enterprise_id"], "-")}
            other = names.get(one["enterprise_id"], one["enterprise_id"])
            line = say("events.sheet.interview_line", language, other=other, member=one["member"], **words)
            yield one["window"], line
        return
    windows: defaultdict[int, list[str]] = defaultdict(list)
    for one in _of(plan, "enterprise_id", guest):
        talent = names.get(one["talent_id"], one["talent_id"])
        windows[one["window"]].append(f"{talent} {one['member']}")
    for window, members in sorted(windows.items()):
        other = ("、" if language == "zh" else ", ").join(members)
        yield window, say("events.sheet.firm_line", language, turn=window, other=other)


def _of(plan: Mapping[str, Any], side: str, guest: str) -> list[Mapping[str, Any]]:
    found = [one for one in plan.get("interviews", ()) if one[side] == guest]
    return sorted(found, key=lambda one: (one["window"], one["member"]))


def _floor(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> Sheet:
    firm = {one["number"]: one["enterprise_id"] for one in plan["booths"]}
    lost = set(plan.get("lost", ()))
    rows = tuple(
        (
            one["number"],
            one["hall"],
            one["row"],
            one["column"],
            one["size"],
            one["power"],
            "、".join(one["zones"]),
            names.get(firm[one["number"]], firm[one["number"]]) if one["number"] in firm else "",
        )
        for one in plan["floor"]
        if one["number"] not in lost
    )
    headings = ("booth", "hall", "row", "column", "size", "power", "zone", "guest")
    return Sheet(_say("booths", language), _headings(headings, language), rows)


def _interviews(
    plan: Mapping[str, Any], names: Mapping[str, str], starts_at: datetime | None, language: str
) -> Sheet:
    booth = {one["enterprise_id"]: one["number"] for one in plan["booths"]}
    rows = tuple(
        (
            one["window"],
            _clock(plan, starts_at, one["window"]),
            booth.get(one["enterprise_id"], ""),
            names.get(one["enterprise_id"], one["enterprise_id"]),
            names.get(one["talent_id"], one["talent_id"]),
            one["member"],
        )
        for one in plan.get("interviews", ())
    )
    headings = ("window", "begins", "booth", "guest", "talent", "member")
    return Sheet(_say("interviews", language), _headings(headings, language), rows)


def _classes(
    plan: Mapping[str, Any], names: Mapping[str, str], starts_at: datetime | None, language: str
) -> Sheet:
    booth = {one["enterprise_id"]: one["number"] for one in plan["booths"]}
    order = sorted(
        plan.get("interviews", ()), key=lambda one: (one["talent_id"], one["member"], one["window"])
    )
    fitting = {(talent, firm): opening for talent, firm, opening in plan["fitting"]}
    rows = tuple(
        (
            names.get(one["talent_id"], one["talent_id"]),
            one["member"],
            one["window"],
            _clock(plan, starts_at, one["window"]),
            booth.get(one["enterprise_id"], ""),
            names.get(one["enterprise_id"], one["enterprise_id"]),
            _why(names, fitting.get((one["talent_id"], one["enterprise_id"])), language),
        )
        for one in order
    )
    headings = ("talent", "member", "window", "begins", "booth", "guest", "reason")
    return Sheet(_say("class_agenda", language), _headings(headings, language), rows)


def _why(names: Mapping[str, str], opening: str | None, language: str) -> str:
    """That a class fits an opening; how well is not told."""
    if opening is None or opening not in names:
        return ""
    return say("events.reason.opening_fit", language, opening=names[opening])


def _hires(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> Sheet:
    rows = tuple(
        (
            names.get(one["talent_id"], one["talent_id"]),
            names.get(one["opening_id"], one["opening_id"]),
            names.get(one["enterprise_id"], one["enterprise_id"]),
            one["count"],
        )
        for one in plan["placements"]
    )
    return Sheet(_say("hires", language), _headings(("talent", "opening", "guest", "count"), language), rows)


def _clock(plan: Mapping[str, Any], starts_at: datetime | None, window: int) -> str:
    moment = begins(plan, starts_at, window)
    return "" if moment is None else moment.astimezone(_ZONE).strftime("%H:%M")


def _headings(keys: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(_say(key, language) for key in keys)


def _say(key: str, language: str) -> str:
    return say(f"events.sheet.{key}", language)
