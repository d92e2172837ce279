"""Buildings that are one under two names: offered, merged, parted again."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.buildings import BuildingMergeBody, BuildingMergeCandidate, BuildingMergeOut, BuildingMerges
from matcher.services import building_merges

blueprint = Routes("buildings", __name__, url_prefix="/v1/buildings/merges")


@blueprint.get("")
@policy("buildings.write")
@blueprint.output(BuildingMerges)
def show() -> Response:
    """Pairs of the own station's buildings that may be one, with evidence, and the merges so far."""
    here = asking()
    found = building_merges.candidates(here.session, here.actor)
    done = building_merges.merged(here.session, here.actor)
    pairs = [BuildingMergeCandidate.of(one) for one in found]
    return answer(BuildingMerges(candidates=pairs, items=[BuildingMergeOut.of(row) for row in done]))


@blueprint.post("")
@policy("buildings.write")
@blueprint.input(BuildingMergeBody)
@blueprint.output(BuildingMergeOut, status_code=201)
@idempotent
def merge(json_data: BuildingMergeBody) -> Response:
    """Make one building of two; enterprises and spaces move, the name stays as another name."""
    here = asking()
    done = building_merges.merge(here.session, here.actor, json_data.kept, json_data.gone, here.now)
    return answer(BuildingMergeOut.of(done), 201)


@blueprint.delete("/<merge_id>")
@policy("buildings.write")
@blueprint.output(BuildingMergeOut)
def part(merge_id: str) -> Response:
    """Undo a merge: the building is there again, and what was moved and not moved since goes back."""
    here = asking()
    return answer(BuildingMergeOut.of(building_merges.undo(here.session, here.actor, merge_id, here.now)))
