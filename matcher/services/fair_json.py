"""A fair's plan as JSON, the shape that is stored, sent and exported; and back. All counts from 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.domain.event.floor import Booth, BoothPin, Exhibitor, Floor, FloorPlan
from matcher.domain.event.interviews import Interview, InterviewPlan, Interviews
from matcher.domain.event.kinds import Violation


def floor_json(floor: Floor, plan: FloorPlan) -> dict[str, Any]:
    """What was asked of the floor, and who stands where."""
    return {
        "floor": [_booth(number, one) for number, one in enumerate(floor.booths, 1)],
        "exhibitors": [
            {
                "enterprise_id": one.firm,
                "size": one.size,
                "power": one.power,
                "zone": one.zone,
                "sector": one.sector,
                "draw": round(one.draw, 6),
            }
            for one in floor.exhibitors
        ],
        "apart": [list(pair) for pair in floor.apart],
        "near": [list(pair) for pair in floor.near],
        "pins": [[pin.firm, pin.booth + 1] for pin in floor.pins],
        "lost": sorted(booth + 1 for booth in floor.lost),
        "booths": [
            {"number": number + 1, "enterprise_id": firm}
            for firm, number in sorted(plan.booths.items(), key=lambda item: item[1])
        ],
        "value": round(plan.value, 6),
        "bound": round(plan.bound, 6),
        "violations": [violation_json(one) for one in plan.violations],
    }


def _booth(number: int, one: Booth) -> dict[str, Any]:
    return {
        "number": number,
        "hall": one.hall,
        "row": one.row + 1,
        "column": one.column + 1,
        "size": one.size,
        "power": one.power,
        "zones": sorted(one.zones),
        "exposure": one.exposure,
    }


def violation_json(one: Violation) -> dict[str, Any]:
    """Windows and booths as on paper, from 1."""
    turn = None if one.turn is None else one.turn + 1
    table = None if one.table is None else one.table + 1
    return {"label": one.label.value, "who": list(one.who), "turn": turn, "table": table}


def floor_from(plan: Mapping[str, Any]) -> Floor:
    """What was asked of a stored floor."""
    return Floor(
        booths=tuple(
            Booth(
                one["hall"],
                one["row"] - 1,
                one["column"] - 1,
                one["size"],
                one["power"],
                frozenset(one["zones"]),
                one["exposure"],
            )
            for one in plan["floor"]
        ),
        exhibitors=tuple(
            Exhibitor(
                one["enterprise_id"], one["size"], one["power"], one["zone"], one["sector"], one["draw"]
            )
            for one in plan["exhibitors"]
        ),
        apart=tuple((a, b) for a, b in plan["apart"]),
        near=tuple((a, b) for a, b in plan["near"]),
        pins=tuple(BoothPin(firm, booth - 1) for firm, booth in plan["pins"]),
        lost=frozenset(booth - 1 for booth in plan["lost"]),
    )


def booths_of(plan: Mapping[str, Any]) -> dict[str, int]:
    """Who stands where in a stored floor, booths from 0."""
    return {one["enterprise_id"]: one["number"] - 1 for one in plan["booths"]}


def interviews_json(asked: Interviews, plan: InterviewPlan) -> dict[str, Any]:
    """What was asked of the interview windows, and the interviews."""
    return {
        "windows": asked.windows,
        "heads": dict(asked.heads),
        "desks": dict(asked.desks),
        "wishes": [
            [talent, firm, round(score, 6), asked.wanted.get((talent, firm), asked.heads[talent])]
            for (talent, firm), score in sorted(asked.scores.items())
        ],
        "most": asked.most,
        "must_interview": sorted(list(pair) for pair in set(asked.must)),
        "least": dict(asked.least),
        "away": sorted([who, window + 1] for who, window in asked.away),
        "interviews": [
            {
                "talent_id": one.talent,
                "member": one.member + 1,
                "enterprise_id": one.firm,
                "window": one.window + 1,
            }
            for one in sorted(plan.interviews, key=lambda one: (one.window, one.firm, one.talent, one.member))
        ],
        "interviews_share": round(plan.value / plan.bound, 4) if plan.bound else 1.0,
        "interviews_proven": plan.proven,
    }


def interviews_from(plan: Mapping[str, Any]) -> Interviews:
    """What was asked of stored interview windows."""
    return Interviews(
        heads=dict(plan["heads"]),
        desks=dict(plan["desks"]),
        windows=plan["windows"],
        scores={(talent, firm): score for talent, firm, score, _ in plan["wishes"]},
        wanted={(talent, firm): number for talent, firm, _, number in plan["wishes"]},
        most=plan["most"],
        least=dict(plan["least"]),
        away=frozenset((who, window - 1) for who, window in plan["away"]),
        must=tuple((talent, firm) for talent, firm in plan["must_interview"]),
    )


def interviews_of(plan: Mapping[str, Any]) -> tuple[Interview, ...]:
    """The interviews of a stored plan, members and windows from 0."""
    return tuple(
        Interview(one["talent_id"], one["member"] - 1, one["enterprise_id"], one["window"] - 1)
        for one in plan["interviews"]
    )
