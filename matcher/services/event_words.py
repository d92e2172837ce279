"""Why a plan keeps not every wish, as stored with it and in words; rounds, slots and tables from 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.domain.event import EventKind
from matcher.domain.event.wishes import Explanation
from matcher.messages import say


@dataclass(frozen=True)
class Told:
    """Sentences: wishes that exclude each other, and the concessions that would do."""

    conflict: list[str]
    concessions: list[str]


def explanation_json(told: Explanation | None) -> dict[str, Any] | None:
    """As kept in the plan; None where there is nothing to explain."""
    if told is None:
        return None
    return {
        "conflict": [
            {
                "kind": wish.kind.value,
                "who": list(wish.who),
                "turns": [turn + 1 for turn in wish.turns],
                "table": None if wish.table is None else wish.table + 1,
                "number": wish.number,
            }
            for wish in told.conflict
        ],
        "verified": told.verified,
        "concessions": [
            {
                "kind": one.kind.value,
                "who": list(one.who),
                "turn": None if one.turn is None else one.turn + 1,
                "table": None if one.table is None else one.table + 1,
                "number": one.number,
            }
            for one in told.concessions
        ],
        "fewest": told.fewest,
    }


def joined_json(*parts: Explanation | None) -> dict[str, Any] | None:
    """Several explanations as one, of wishes that have nothing to do with each other."""
    found = [one for one in map(explanation_json, parts) if one is not None]
    if not found:
        return None
    return {
        "conflict": [wish for one in found for wish in one["conflict"]],
        "verified": all(one["verified"] for one in found),
        "concessions": [given for one in found for given in one["concessions"]],
        "fewest": all(one["fewest"] for one in found),
    }


def told(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> Told:
    """The stored explanation in words, guests by name; empty where the plan has none."""
    stored = plan.get("explanation") or {}
    return Told(
        [_wish(one, names, language) for one in stored.get("conflict", ())],
        [
            say(
                f"events.concession.{one['kind']}",
                language,
                who=_who(one, names, language),
                turn=one["turn"],
                table=one["table"],
                number=one["number"],
            )
            for one in stored.get("concessions", ())
        ],
    )


def broken(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> list[str]:
    """What a stored plan does not keep, in words."""
    return [
        say(
            f"events.label.{one['label']}",
            language,
            who=_who(one, names, language),
            turn=one["turn"],
            table=one["table"],
        )
        for one in plan.get("violations", ())
    ]


def bound_told(plan: Mapping[str, Any], language: str) -> list[str]:
    """How far a stored plan is from a proven upper bound, and that it says little where it does."""
    if plan["kind"] == EventKind.FAIR.value:
        share, proven = float(plan["interviews_share"]), bool(plan["interviews_proven"])
        floor = _gap("floor", _share(plan), language)
        return [floor, _gap("interviews_proven" if proven else "interviews", share, language)]
    best = bool(plan.get("proven")) or _share(plan) >= 1.0
    if best:
        return [say("events.bound.proven", language)]
    loose = plan["kind"] == EventKind.SALON.value
    return [_gap("loose" if loose else "gap", _share(plan), language)]


def _share(plan: Mapping[str, Any]) -> float:
    return float(plan["value"]) / float(plan["bound"]) if plan["bound"] else 1.0


def _gap(key: str, share: float, language: str) -> str:
    # Rounded down: 99.96 % of a bound is not the bound.
    percent = math.floor(1000 * min(1.0, share) + 1e-6) / 10
    return say(f"events.bound.{key}", language, percent=f"{percent:g}", gap=f"{100 - percent:.3g}")


def _wish(one: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    turns = "、".join(str(turn) for turn in one["turns"])
    never = one["kind"] in ("only_free", "windows_free") and not turns
    key = "never_free" if never else one["kind"]
    words = {"turns": turns, "table": one["table"], "number": one["number"]}
    return say(f"events.wish.{key}", language, who=_who(one, names, language), **words)


def _who(one: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(names.get(guest, guest) for guest in one["who"])
