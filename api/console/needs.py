"""The officer's pages: record a need, see what was read, find partners, save; the needs that wait."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, render_template, request, url_for

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.cases import panel
from api.console.drawing import Thread, thread
from api.console.forms import DraftForm, NeedForm
from api.console.pages import blueprint, redirect_to
from api.console.sides import alike_of, beside
from api.console.words import part_key
from api.language import language
from api.partners import asked
from api.schemas.base import fen
from matcher.domain.access import Role
from matcher.domain.need import Draft, NeedKind
from matcher.domain.ranking import Ranking
from matcher.errors import InvalidInput
from matcher.messages import say
from matcher.services import (
    enterprises,
    fair_view,
    intake,
    introductions,
    needs,
    partner_view,
    partners,
    recruitment,
)
from matcher.services.enterprises import Wanted
from matcher.services.intake import NeedForm as Confirmed
from matcher.services.partner_view import Partner
from matcher.services.words import topic_name

FIRMS_SHOWN = 8
PARTNERS_SHOWN = 10
CLASSES_SHOWN = 5
NEEDS_SHOWN = 100


@dataclass(frozen=True)
class PartnerCard:
    """One suggestion as the page shows it, in one language."""

    enterprise_id: str
    name: str
    industry: str | None
    place: str
    score: float
    chance: float | None
    parts: list[tuple[str, float]]
    for_asker: tuple[str, ...]
    for_candidate: tuple[str, ...]
    thread: Thread | None


@blueprint.get("/needs/new")
@policy("needs.create")
def new_need() -> str:
    """The page to record a need on."""
    here, card = asking(), None
    if here.actor.role is Role.ENTERPRISE:
        card = enterprises.get(here.session, here.actor, here.actor.scope)[1]
    return render_template("new_need.html", card=card)


@blueprint.get("/enterprises/find")
@policy("enterprises.read")
def find_firms() -> str:
    """Enterprises for what was typed so far."""
    here, typed = asking(), request.args.get("q", "").strip()[:100]
    page = enterprises.search(here.session, here.actor, Wanted(typed, FIRMS_SHOWN))
    return render_template("fragments/firms.html", cards=page.cards, more=page.next is not None, q=typed)


@blueprint.get("/enterprises/pick")
@policy("enterprises.read")
def picker() -> str:
    """The search field again."""
    return render_template("fragments/picker.html")


@blueprint.get("/enterprises/<enterprise_id>/chosen")
@policy("enterprises.read")
def choose_firm(enterprise_id: str) -> str:
    """The chosen enterprise, in place of the search field."""
    here = asking()
    return render_template(
        "fragments/chosen.html", card=enterprises.get(here.session, here.actor, enterprise_id)[1]
    )


@blueprint.post("/needs/draft")
@policy("needs.draft", writes=False)
def draft() -> str:
    """What was read from the text, to be checked."""
    form = read_form(DraftForm, request)
    here = asking()
    read = intake.draft(form.text, here.now, here.session)
    tongue = language()
    return render_template(
        "fragments/draft.html",
        draft=read,
        kinds=list(NeedKind),
        quantity=_quantity(read),
        topics=[topic_name(hit.topic, tongue) for hit in read.topics],
        ask_back=None if read.ask_back is None else say(read.ask_back, tongue),
        alike=() if form.enterprise_id is None else alike_of(form.enterprise_id, form.text),
    )


@blueprint.post("/needs/preview")
@policy("partners.read")
def preview() -> str:
    """Partners for the draft as corrected; the need itself is not stored."""
    here, form = asking(), read_form(NeedForm, request)
    question = asked(intake.draft(form.text, here.now, here.session), form.kind, form.enterprise_id)
    if form.amount_yuan is not None:
        question = replace(question, amount_fen=fen(form.amount_yuan))
    ranking = partners.for_question(here.session, here.graph, here.actor, question, PARTNERS_SHOWN, here.now)
    return partners_of(ranking)


@blueprint.post("/needs")
@policy("needs.create")
def save() -> Response:
    """Store the need and go to its page. The same words twice are refused by the service."""
    here, form = asking(), read_form(NeedForm, request)
    if form.enterprise_id is None:
        raise InvalidInput("console.firm_missing")
    confirmed = Confirmed(
        enterprise_id=form.enterprise_id,
        text=form.text,
        kind=form.kind,
        title=form.title,
        amount_fen=fen(form.amount_yuan),
        quantity=form.quantity,
        deadline=form.deadline,
        published=form.published,
        confirm_duplicate=form.confirm_duplicate,
    )
    row = intake.create(here.session, here.actor, confirmed, here.now)
    return redirect_to(url_for("console.show_need", need_id=row.need_id))


@blueprint.get("/needs")
@policy("needs.read")
def needs_list() -> str:
    """Needs that still wait."""
    here, after = asking(), request.args.get("after", "")[:100]
    rows = needs.list_open(here.session, here.actor, NEEDS_SHOWN + 1, after)
    shown = rows[:NEEDS_SHOWN]
    following = shown[-1].need_id if len(rows) > NEEDS_SHOWN else None
    firms = enterprises.cards(here.session, here.actor, {row.enterprise_id for row in shown})
    newest_first = sorted(shown, key=lambda row: row.created_at, reverse=True)
    return render_template("needs.html", needs=newest_first, firms=firms, next=following)


@blueprint.get("/needs/<need_id>")
@policy("needs.read")
def show_need(need_id: str) -> str:
    """One need; its partners come behind, as finding them takes a moment."""
    here = asking()
    row = needs.get(here.session, here.actor, need_id)
    firm = enterprises.cards(here.session, here.actor, [row.enterprise_id])[row.enterprise_id]
    return render_template("need.html", need=row, firm=firm, **panel(need_id), **beside(row))


@blueprint.get("/needs/<need_id>/partners")
@policy("partners.read", writes=True)
def need_partners(need_id: str) -> str:
    """Partners of a stored need."""
    here = asking()
    ranking = partners.for_need(here.session, here.graph, here.actor, need_id, PARTNERS_SHOWN, here.now)
    return partners_of(ranking, need_id)


@blueprint.post("/needs/<need_id>/introductions/<enterprise_id>")
@policy("introductions.write", writes=True)
def introduce(need_id: str, enterprise_id: str) -> str:
    """Act on a suggestion: the two are introduced, and the card says so."""
    here = asking()
    introductions.create(here.session, here.graph, here.actor, need_id, enterprise_id, here.now)
    return render_template("fragments/introduced.html")


@blueprint.get("/needs/<need_id>/classes")
@policy("fairs.read", writes=True)
def need_classes(need_id: str) -> str:
    """Classes of graduates for a need for people; nothing where none fits."""
    here = asking()
    found = recruitment.classes_for(here.session, here.graph, here.actor, need_id, CLASSES_SHOWN, here.now)
    view = fair_view.need_classes(here.session, found)
    return render_template("fragments/classes.html", classes=view.items)


def partners_of(ranking: Ranking, need_id: str | None = None) -> str:
    """A ranking as cards; for a stored need each can be introduced, unless it has been."""
    here, tongue = asking(), language()
    found = partner_view.partners(here.session, here.actor, ranking)
    cards = [_card(partner, tongue) for partner in found]
    made = () if need_id is None else introductions.of_need(here.session, here.actor, need_id)
    return render_template(
        "fragments/partners.html",
        ranking=ranking,
        partners=cards,
        considered=partner_view.considered(ranking),
        need_id=need_id,
        introduced={one.enterprise_id for one in made},
    )


def _quantity(read: Draft) -> float | None:
    """What the service would keep, else the number of people that the text speaks of."""
    kept, people = intake.quantity_of(read), read.slot("headcount")
    if kept is None and people is not None and isinstance(people.value, int | float):
        return float(people.value)
    return kept


def _card(partner: Partner, tongue: str) -> PartnerCard:
    floor = None if partner.floor is None else say("console.partners.floor", tongue, floor=partner.floor)
    return PartnerCard(
        enterprise_id=partner.enterprise_id,
        name=partner.name,
        industry=partner.industry.get(tongue),
        place=" · ".join(part for part in (partner.building, floor) if part is not None),
        score=partner.score,
        chance=partner.chance,
        parts=[(say(part_key(name), tongue), share) for name, share in partner.parts.items()],
        for_asker=partner.reasons_for_asker[tongue],
        for_candidate=partner.reasons_for_candidate[tongue],
        thread=thread(partner.path, lambda edge: say(f"reasons.edge.{edge}", tongue)),
    )
