"""Partners and the neighbourhood over HTTP. Who was shown whom is written down, so these reads write."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from api.asking import Asking, asking
from api.auth import policy
from api.documented import GRAPHML, gives_file
from api.routing import Routes
from api.schemas.base import Stamped, answer, fen
from api.schemas.partners import (
    Around,
    AroundQuery,
    DirectedQuery,
    PartnerQuestion,
    Partners,
    PartnersQuery,
    WhyOut,
    WhyQuery,
)
from matcher.domain import industry
from matcher.domain.need import Draft, NeedKind, Question
from matcher.domain.ranking import Ranking
from matcher.errors import InvalidInput
from matcher.services import graph as neighbourhood
from matcher.services import graph_file, intake, partner_view, partners

blueprint = Routes("partners", __name__, url_prefix="/v1")


@blueprint.get("/needs/<need_id>/partners")
@policy("partners.read", writes=True)
@blueprint.input(PartnersQuery, location="query")
@blueprint.output(Partners)
def for_need(need_id: str, query_data: PartnersQuery) -> Response:
    """Partners for a stored need: scores, parts, reasons for both sides, the path."""
    here = asking()
    ranking = partners.for_need(here.session, here.graph, here.actor, need_id, query_data.n, here.now)
    return _answer(here, ranking)


@blueprint.get("/needs/<need_id>/partners/why")
@policy("partners.read", writes=True)
@blueprint.input(WhyQuery, location="query")
@blueprint.output(WhyOut)
def why(need_id: str, query_data: WhyQuery) -> Response:
    """Why a given enterprise is not, or not higher, in a need's list."""
    here = asking()
    standing = partners.why(here.session, here.graph, here.actor, need_id, query_data.enterprise_id, here.now)
    stamp = Stamped(snapshot_id=here.graph.snapshot_id, as_of=here.graph.as_of)
    return answer(WhyOut.of(partner_view.explanation(here.session, here.actor, standing), stamp))


@blueprint.get("/enterprises/<enterprise_id>/partners")
@policy("partners.read", writes=True)
@blueprint.input(DirectedQuery, location="query")
@blueprint.output(Partners)
def for_enterprise(enterprise_id: str, query_data: DirectedQuery) -> Response:
    """Partners of an enterprise up and down its chain of industries."""
    here, wanted = asking(), query_data
    ranking = partners.for_enterprise(
        here.session, here.graph, here.actor, enterprise_id, wanted.direction, wanted.n, here.now
    )
    return _answer(here, ranking)


@blueprint.post("/partners/query")
@policy("partners.read")
@blueprint.input(PartnerQuestion)
@blueprint.output(Partners)
def for_question(json_data: PartnerQuestion) -> Response:
    """Partners for a need that is not stored."""
    here = asking()
    question = asked(
        intake.draft(json_data.text, here.now, here.session), json_data.kind, json_data.enterprise_id
    )
    if json_data.amount_yuan is not None:
        question = replace(question, amount_fen=fen(json_data.amount_yuan))
    if json_data.industries:
        question = replace(question, industries=tuple(_known(code) for code in json_data.industries))
    ranking = partners.for_question(here.session, here.graph, here.actor, question, json_data.n, here.now)
    return _answer(here, ranking)


@blueprint.get("/graph/around/<enterprise_id>")
@policy("graph.read")
@blueprint.input(AroundQuery, location="query")
@blueprint.output(Around)
def around(enterprise_id: str, query_data: AroundQuery) -> Response:
    """The neighbourhood of an enterprise as nodes and edges, for drawing."""
    here = asking()
    found = neighbourhood.around(here.session, here.graph, here.actor, enterprise_id, query_data.depth)
    return answer(Around.of(found))


@blueprint.get("/graph/around/<enterprise_id>/export.graphml")
@policy("graph.read")
@blueprint.doc(responses=gives_file(GRAPHML, "The neighbourhood as GraphML"))
@blueprint.input(AroundQuery, location="query")
def around_as_file(enterprise_id: str, query_data: AroundQuery) -> Response:
    """The same neighbourhood as GraphML, for Gephi, yEd, networkx and their like."""
    here = asking()
    found = neighbourhood.around(here.session, here.graph, here.actor, enterprise_id, query_data.depth)
    response = Response(graph_file.graphml(found), 200, content_type=GRAPHML)
    response.headers["Content-Disposition"] = 'attachment; filename="around.graphml"'
    return response


def asked(draft: Draft, kind: NeedKind | None, asker: str | None) -> Question:
    """What was read from the text as a question; a kind that a person chose stands."""
    read = NeedKind.SUPPLY if draft.kind is None else draft.kind
    amount = draft.slot("amount_fen")
    return Question(
        text=draft.text,
        kind=read if kind is None else kind,
        asker=asker,
        industries=draft.industries,
        topics=tuple(hit.topic for hit in draft.topics),
        shares=tuple((hit.topic, hit.confidence) for hit in draft.topics),
        amount_fen=amount.value if amount is not None and isinstance(amount.value, int) else None,
    )


def _known(code: str) -> str:
    official = industry.normalize(code)
    if official is None:
        raise InvalidInput("intake.unknown_industry", value=code)
    return official


def _answer(here: Asking, ranking: Ranking) -> Response:
    found = partner_view.partners(here.session, here.actor, ranking)
    return answer(Partners.of(ranking, partner_view.considered(ranking), found))
