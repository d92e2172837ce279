"""The bank's and the office's pages: own products, a product with the firms that fit it, its export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, render_template, request, url_for

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.downloads import as_file
from api.console.pages import blueprint, redirect_to
from api.console.product_forms import (
    ProductFields,
    TextFields,
    changes_of,
    column_name,
    filled,
    form_of,
    lines_of,
    more_of,
    row_of,
    rows_of,
    whole_of,
)
from api.language import language
from matcher.domain.access import may
from matcher.domain.product import Product, parse_criteria
from matcher.domain.product.draft import source_of
from matcher.messages import say
from matcher.services import (
    finance,
    policy_news,
    product_draft,
    product_names,
    product_stories,
    product_versions,
    products,
)
from matcher.services.asked import today
from matcher.services.eligible_lines import FirmLine
from matcher.services.eligible_sheet import as_csv, sheet
from matcher.services.event_exports import xlsx
from matcher.services.fact_words import Told, all_told, fact, field_name, money, sentence
from matcher.services.firm_rows import product_of
from matcher.storage.products import Product as Row

FIRMS_SHOWN = 20


@dataclass(frozen=True)
class ProductCard:
    """A product as the pages show it, in one language."""

    product: Product
    version: int
    terms: list[tuple[str, str]]
    criteria: list[str]


@dataclass(frozen=True)
class FirmCard:
    """A firm that consented: its fields in words, what fails, what is missing."""

    name: str
    standing: str
    score: float
    fields: list[tuple[str, str | None]]
    failing: list[Told]
    missing: list[str]
    consents: tuple[str, ...]


@blueprint.get("/products")
@policy("products.write", writes=False)
def products_list() -> str:
    """The actor's own products."""
    here = asking()
    rows = products.of_actor(here.session, here.actor)
    names = product_names.building_names(here.session)
    cards = [product_card(product_of(row), language(), names) for row in rows]
    return render_template("products.html", cards=cards)


@blueprint.get("/products/<product_id>")
@policy("products.write", writes=False)
def show_product(product_id: str) -> str:
    """One product; a bank also sees counts and firms, which come behind, as finding them takes a moment."""
    here = asking()
    row = products.own(here.session, here.actor, product_id)
    names = product_names.building_names(here.session)
    card = product_card(product_of(row), language(), names)
    product = product_of(row)
    return render_template(
        "product.html",
        card=card,
        bank=may(here.actor, "products.eligible"),
        versions=product_versions.versions(here.session, here.actor, product_id),
        played=product_stories.run(product.criteria, row.stories, today(here.now)),
        column=column_name,
    )


@blueprint.get("/products/<product_id>/firms")
@policy("products.eligible", writes=True)
def product_firms(product_id: str) -> str:
    """Counts and firms of a product. Who is named here is written down, so this read writes."""
    here, tongue = asking(), language()
    after = request.args.get("after")
    page = finance.eligible_firms(
        here.session, here.graph, here.actor, product_id, FIRMS_SHOWN, after, here.now
    )
    counts = None
    if after is None:
        counts = finance.counts(here.session, here.graph, here.actor, product_id, here.now)
    names = product_names.building_names(here.session)
    firms = [_firm_card(line, tongue, names) for line in page.firms]
    return render_template(
        "fragments/eligible.html", product_id=product_id, page=page, firms=firms, counts=counts
    )


@blueprint.get("/products/<product_id>/touched")
@policy("policies.touched", writes=True)
def policy_touches(product_id: str) -> str:
    """The station's firms that a policy touches."""
    here = asking()
    found = policy_news.touched(here.session, here.graph, here.actor, product_id, FIRMS_SHOWN, here.now)
    return render_template("fragments/touched.html", found=found)


@blueprint.get("/products/<product_id>/firms.<any(csv,xlsx):form>")
@policy("products.eligible", writes=True)
def take_firms(product_id: str, form: str) -> Response:
    """The same list as a file."""
    here = asking()
    names = product_names.building_names(here.session)
    reader = replace(here.actor, language=language())
    table = sheet(here.session, here.graph, reader, product_id, here.now, names)
    content = as_csv(table) if form == "csv" else xlsx([table])
    return as_file(content, f"{product_id}-firms.{form}")


@blueprint.get("/products/new")
@policy("products.write", writes=False)
def new_product() -> str:
    """The form of a new product."""
    here = asking()
    names = product_names.building_names(here.session)
    rows = rows_of(None, language(), names)
    more = _more(None)
    return render_template("product_form.html", row=None, saved=False, rows=rows, kept=[], **more)


@blueprint.post("/products/read")
@policy("products.write", writes=False)
def read_product_text() -> str:
    """The form filled from a product's text, with what was not understood of it. Nothing is stored."""
    here, fields, tongue = asking(), read_form(TextFields, request), language()
    found = product_draft.draft(here.actor, fields.text)
    names = product_names.building_names(here.session)
    whole = [(written, sentence(node, tongue, names), source_of(node)) for written, node in whole_of(found)]
    return render_template(
        "product_form.html",
        row=filled(found, sorted(products.KEEPS[here.actor.role])),
        saved=False,
        rows=lines_of(found.criteria, tongue, names) + rows_of(None, tongue, names),
        kept=[],
        draft=found,
        whole=whole,
        text=fields.text,
        **_more(None),
    )


@blueprint.get("/products/<product_id>/edit")
@policy("products.write", writes=False)
def edit_product(product_id: str) -> str:
    """The form of a product that is there. Groups and dated criteria stay as they are unless unticked."""
    here = asking()
    row = products.own(here.session, here.actor, product_id)
    names = product_names.building_names(here.session)
    product = product_of(row)
    kept = [
        (place, sentence(node, language(), names))
        for place, node in enumerate(product.criteria)
        if row_of(node) is None
    ]
    rows = rows_of(product, language(), names)
    more = _more(row)
    return render_template("product_form.html", row=row, saved=True, rows=rows, kept=kept, **more)


@blueprint.post("/products/stories")
@policy("products.write", writes=False)
def play_stories() -> str:
    """The form's stories against the form's criteria; nothing is stored."""
    here, fields = asking(), read_form(ProductFields, request)
    before = None
    if fields.version:
        before = product_of(products.own(here.session, here.actor, request.form.get("product_id", "")[:100]))
    form = form_of(fields, before)
    played = product_stories.run(parse_criteria(list(form.criteria)), form.stories, today(here.now))
    return render_template("fragments/stories.html", played=played)


@blueprint.get("/products/criterion")
@policy("products.write", writes=False)
def criterion_row() -> str:
    """One line of the form, for the fact that was chosen."""
    names = product_names.building_names(asking().session)
    line = rows_of(None, language(), names, request.args.get("field", "")[:50])[0]
    return render_template("fragments/criterion.html", line=line)


@blueprint.post("/products")
@policy("products.write")
def create_product() -> Response:
    """Write a new product down and go to its page."""
    here, fields = asking(), read_form(ProductFields, request)
    row = products.create(here.session, here.actor, form_of(fields, None), here.now)
    return redirect_to(url_for("console.show_product", product_id=row.product_id))


@blueprint.post("/products/<product_id>")
@policy("products.write")
def change_product(product_id: str) -> Response:
    """Change a product and go to its page."""
    here, fields = asking(), read_form(ProductFields, request)
    before = product_of(products.own(here.session, here.actor, product_id))
    changes = changes_of(form_of(fields, before))
    products.edit(here.session, here.actor, product_id, fields.version, changes, here.now)
    return redirect_to(url_for("console.show_product", product_id=product_id))


def _more(row: Row | None) -> dict[str, object]:
    here = asking()
    own = products.of_actor(here.session, here.actor)
    return more_of(row, own, language(), product_names.own_buildings(here.session, here.actor))


def product_card(product: Product, tongue: str, names: Mapping[str, str]) -> ProductCard:
    """Terms and criteria in words."""
    return ProductCard(
        product,
        product.version,
        terms(product, tongue, names),
        [sentence(node, tongue, names) for node in product.criteria],
    )


def terms(product: Product, tongue: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(catalogue key, words) of what is offered, what is unsaid left out."""
    space = product.space
    said: list[tuple[str, str | None]] = [
        ("amount", None if product.amount_yuan is None else money(product.amount_yuan, tongue)),
        ("term", None if product.term_months is None else fact("age_months", product.term_months, tongue)),
        ("rate", None if product.rate is None else f"{product.rate:.2%}"),
    ]
    if space is not None:
        said += [
            ("building", None if space.building_id is None else names.get(space.building_id)),
            ("floor", space.floor),
            ("area", None if space.area_m2 is None else f"{space.area_m2:,.15g} m²"),
            ("rent", None if space.rent_yuan is None else money(space.rent_yuan, tongue)),
            ("free_from", None if space.free_from is None else space.free_from.isoformat()),
        ]
        if space.transitional:
            said.append(("transitional", say("console.value.yes", tongue)))
        if space.hold_days is not None:
            said.append(("hold_days", str(space.hold_days)))
    said.append(("until", None if product.valid_until is None else product.valid_until.isoformat()))
    return [(f"console.product.{name}", words) for name, words in said if words is not None]


def _firm_card(line: FirmLine, tongue: str, names: Mapping[str, str]) -> FirmCard:
    fields = [
        (field_name(name, tongue), None if value is None else fact(name, value, tongue, names))
        for name, value in line.fields.items()
        if name != "name"
    ]
    return FirmCard(
        name=str(line.fields.get("name", line.enterprise_id)),
        standing=line.standing,
        score=line.score,
        fields=fields,
        failing=all_told(line.failing, tongue, names),
        missing=list(dict.fromkeys(field_name(one.field, tongue) for one in line.missing)),
        consents=line.consents,
    )
