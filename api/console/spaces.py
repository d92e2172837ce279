"""The landlord's pages: spaces to let, the firms that fit one, holding it for a firm."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask import Response, render_template, request, url_for

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said
from api.console.pages import blueprint, redirect_to
from api.console.products import product_card
from api.language import language
from api.schemas.base import Identifier
from matcher.services import enterprises, holds, product_names, tenants

FIRMS_SHOWN = 20


class HoldFields(Form):
    """For whom, and until when."""

    enterprise_id: Identifier
    until: Annotated[date | None, Said] = None


@blueprint.get("/spaces")
@policy("spaces.let")
def spaces_list() -> str:
    """Spaces of the station and in its buildings."""
    here, tongue = asking(), language()
    names = product_names.building_names(here.session)
    offered = tenants.spaces_of(here.session, here.actor, here.now)
    cards = [product_card(one, tongue, names) for one in offered]
    return render_template("spaces.html", cards=cards)


@blueprint.get("/spaces/<product_id>")
@policy("spaces.let", writes=True)
def show_space(product_id: str) -> str:
    """One space: for whom it is held, and the firms that fit."""
    here, tongue = asking(), language()
    names = product_names.building_names(here.session)
    card = product_card(holds.lettable(here.session, here.actor, product_id), tongue, names)
    found = tenants.tenants(here.session, here.graph, here.actor, product_id, FIRMS_SHOWN, here.now)
    held = holds.of_space(here.session, here.actor, product_id, here.now)
    known = enterprises.cards(here.session, here.actor, [one.enterprise_id for one in held])
    return render_template("space.html", card=card, found=found, held=held, known=known)


@blueprint.post("/spaces/<product_id>/holds")
@policy("spaces.let")
def hold_space(product_id: str) -> Response:
    """Hold it for a firm."""
    here, fields = asking(), read_form(HoldFields, request)
    form = holds.HoldForm(fields.enterprise_id, fields.until)
    row = holds.hold(here.session, here.actor, product_id, form, here.now)
    return redirect_to(url_for("console.show_space", product_id=product_id, after=row.hold_id[:8]))


@blueprint.post("/holds/<hold_id>/release")
@policy("spaces.let")
def release_space(hold_id: str) -> Response:
    """Let it go."""
    here = asking()
    row = holds.release(here.session, here.actor, hold_id, here.now)
    return redirect_to(url_for("console.show_space", product_id=row.product_id, after=f"{hold_id[:8]}-gone"))
