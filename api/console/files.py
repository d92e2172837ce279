"""An enterprise's file: facts, needs, products, partners, consents, disclosures; for station and firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said
from api.console.needs import partners_of
from api.console.pages import blueprint, redirect_to
from api.console.products import terms
from api.language import language
from matcher.domain.access import Role
from matcher.domain.consent import Purpose
from matcher.domain.field_access import consentable, fields
from matcher.domain.need import Direction
from matcher.domain.product import ProductKind
from matcher.domain.ranking import Reason
from matcher.messages import catalogue, say
from matcher.services import (
    consents,
    enterprise_files,
    enterprises,
    finance,
    partners,
    product_names,
    repair_ways,
)
from matcher.services.consents import ConsentForm, ConsentView
from matcher.services.enterprises import Wanted
from matcher.services.fact_words import Told, fact, field_name, told
from matcher.services.finance import FirmProducts
from matcher.services.repair_view import best_now, repair

FIRMS_SHOWN: Final = 30
PRODUCTS_SHOWN: Final = 6
PARTNERS_SHOWN: Final = 6
LINES_SHOWN: Final = 60
TERMS: Final = (30, 90, 180, 365)
# What loans ask for most: offered first, the rest behind a fold.
FIRST_FIELDS: Final = (
    "revenue",
    "tax_paid",
    "tax_grade",
    "tax_grade_year",
    "assets",
    "employees",
    "founded_on",
    "industry",
    "certificates",
    "contact_name",
    "contact_phone",
)
_SAID_BY_TERMS: Final = frozenset(
    {"products.pro_rate", "products.pro_term", "products.pro_rent", "products.con_ending"}
)
_FITS: Final = {
    ProductKind.LOAN: finance.loans_for,
    ProductKind.POLICY: finance.policies_for,
    ProductKind.SPACE: finance.spaces_for,
}


class GrantForm(Form):
    """A consent to one party. Officers name the paper it stands on."""

    grantee: Annotated[str, Field(min_length=1, max_length=100)]
    purpose: Purpose
    field: Annotated[list[str], Field(max_length=60)] = []
    days: Annotated[int, Field(ge=1, le=366)] = 90
    proof: Annotated[Annotated[str, Field(max_length=300)] | None, Said] = None


class WithdrawForm(Form):
    """Why a consent ends, if anybody says."""

    reason: Annotated[Annotated[str, Field(max_length=300)] | None, Said] = None


@dataclass(frozen=True)
class FitCard:
    """A product for a firm: terms, each condition with its answer, pros and cons."""

    product_id: str
    title: str
    owner: str
    truth: str
    near_miss: bool
    terms: list[tuple[str, str]]
    told: list[Told]
    cost: str | None
    pros: list[str]
    cons: list[str]
    repair: Sequence[str]
    documents: Sequence[str]


@blueprint.get("/enterprises")
@policy("enterprises.read")
def files() -> str:
    """Files of the own station by name or pinyin; a firm goes straight to its own."""
    here = asking()
    if here.actor.role is Role.ENTERPRISE:
        return _file(here.actor.scope)
    typed, after = request.args.get("q", "").strip()[:100], request.args.get("after")
    page = enterprises.search(here.session, here.actor, Wanted(typed, FIRMS_SHOWN, after))
    template = "fragments/file_list.html" if "HX-Request" in request.headers else "files.html"
    return render_template(template, page=page, q=typed)


@blueprint.get("/enterprises/<enterprise_id>")
@policy("enterprises.read")
def show_file(enterprise_id: str) -> str:
    """One enterprise's file."""
    return _file(enterprise_id)


@blueprint.get("/enterprises/<enterprise_id>/fits/<any(loan,policy,space):kind>")
@policy("products.suggest", writes=True)
def file_fits(enterprise_id: str, kind: str) -> str:
    """Best loans, policies or spaces with every condition's answer, and what to ask next."""
    here, tongue = asking(), language()
    found = _FITS[ProductKind(kind)](here.session, here.graph, here.actor, enterprise_id, here.now)
    cards = _fit_cards(found, tongue)
    questions = [(field_name(one.field, tongue), one) for one in found.questions[:5]]
    return render_template(
        "fragments/fits.html",
        key=enterprise_id,
        kind=kind,
        cards=cards,
        questions=questions,
        more=len(found.fits) - len(cards),
    )


@blueprint.get("/enterprises/<enterprise_id>/products/<product_id>/repairs")
@policy("products.suggest", writes=True)
def file_repairs(enterprise_id: str, product_id: str) -> str:
    """What in the graph would open one product to the firm."""
    here = asking()
    found = repair_ways.ways_for(here.session, here.graph, here.actor, enterprise_id, product_id, here.now)
    return render_template("fragments/repairs.html", found=found)


@blueprint.get("/enterprises/<enterprise_id>/partners/<any(upstream,downstream,both):direction>")
@policy("partners.read", writes=True)
def file_partners(enterprise_id: str, direction: str) -> str:
    """Partners up or down the chain."""
    here = asking()
    ranking = partners.for_enterprise(
        here.session, here.graph, here.actor, enterprise_id, Direction(direction), PARTNERS_SHOWN, here.now
    )
    return partners_of(ranking)


@blueprint.post("/enterprises/<enterprise_id>/consents")
@policy("consents.write")
def give_consent(enterprise_id: str) -> Response:
    """Grant a consent; the file shows it at once."""
    here, form = asking(), read_form(GrantForm, request)
    until = here.now + timedelta(days=form.days)
    wanted = ConsentForm(
        enterprise_id, form.grantee, form.purpose.value, tuple(form.field), None, until, form.proof
    )
    granted = consents.grant(here.session, here.actor, wanted, here.now)
    return _back_to_consents(granted)


@blueprint.post("/consents/<consent_id>/withdraw")
@policy("consents.write")
def end_consent(consent_id: str) -> Response:
    """End a consent at once."""
    here, form = asking(), read_form(WithdrawForm, request)
    ended = consents.withdraw(here.session, here.actor, consent_id, here.now, form.reason)
    return _back_to_consents(ended)


def _back_to_consents(changed: ConsentView) -> Response:
    """The address differs by more than its anchor, else the browser would not load the page anew."""
    mark = f"{changed.consent_id[:8]}-{changed.state}"
    place = url_for("console.show_file", enterprise_id=changed.enterprise_id, after=mark)
    return redirect_to(f"{place}#consents")


def _file(enterprise_id: str) -> str:
    here, tongue = asking(), language()
    found = enterprise_files.of(here.session, here.actor, enterprise_id, here.now)
    names = product_names.building_names(here.session)
    facts = [
        (field_name(name, tongue), None if value is None else fact(name, value, tongue, names))
        for name, value in found.facts.items()
    ]
    known = sum(value is not None for _, value in facts)
    first = [name for name in FIRST_FIELDS if name in consentable()]
    return render_template(
        "file.html",
        file=found,
        facts=facts,
        known=known,
        grants=consents.of_enterprise(here.session, here.actor, enterprise_id, here.now),
        lines=consents.disclosures(here.session, here.actor, enterprise_id, LINES_SHOWN),
        parties=enterprise_files.party_names(here.session),
        grantees=product_names.grantees(here.session),
        purposes=list(Purpose),
        first_fields=first,
        other_fields=[name for name in fields() if name in consentable() and name not in first],
        terms=TERMS,
        field_name=lambda name: field_name(name, tongue),
        act_name=lambda action: _act_name(action, tongue),
    )


def _act_name(action: str, tongue: str) -> str:
    key = f"console.act.{action.replace('.', '_')}"
    return catalogue(tongue).get(key, catalogue(tongue)["console.act.other"])


def _fit_cards(found: FirmProducts, tongue: str) -> list[FitCard]:
    names = product_names.building_names(asking().session)
    cards, now = [], best_now(found.fits)
    for fit in found.fits[:PRODUCTS_SHOWN]:
        cost = None if fit.cost_yuan is None else fact("revenue", fit.cost_yuan, tongue)
        cards.append(
            FitCard(
                product_id=fit.product.product_id,
                title=fit.product.title,
                owner=fit.product.owner_name,
                truth=fit.verdict.truth.value,
                near_miss=fit.verdict.near_miss,
                terms=terms(fit.product, tongue, names),
                told=[told(one, tongue, names) for one in fit.verdict.findings],
                cost=cost,
                pros=_said(fit.pros, tongue),
                cons=_said(fit.cons, tongue),
                repair=[] if (way := repair(fit, now)) is None else way.sentences[tongue],
                documents=fit.product.documents,
            )
        )
    return cards


def _said(reasons: tuple[Reason, ...], tongue: str) -> list[str]:
    """What the terms beside do not say already; amounts as people write them."""
    return [
        say(reason.key, tongue, **{name: _written(value) for name, value in reason.params.items()})
        for reason in reasons
        if reason.key not in _SAID_BY_TERMS
    ]


def _written(value: object) -> object:
    return f"{value:,.15g}" if isinstance(value, int | float) else value
