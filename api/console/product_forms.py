"""The form of a product: terms, and criteria as lines of fact, comparison and value."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from api.console.forms import Form, Said, without_commas
from api.language import language
from api.schemas.base import Identifier, Words, Yuan, fen
from matcher.domain import industry
from matcher.domain.product import FIELDS, Criterion, FieldKind, Node, Product, ProductKind, to_json
from matcher.domain.product.draft import ProductDraft
from matcher.domain.product.parsing import OPERATORS
from matcher.errors import InvalidInput
from matcher.messages import catalogue, say
from matcher.services.fact_words import fact, field_name
from matcher.services.products import ProductForm
from matcher.storage.products import Product as Row

EMPTY_ROWS: Final = 3
_STATUSES: Final = ("active", "inactive")
_CERTIFICATES: Final = ("高新技术企业", "专精特新", "科技型中小企业", "规上企业")


class ProductFields(Form):
    """A product as the page sends it. The three lists run side by side, one place a line."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    kind: ProductKind
    amount_yuan: Annotated[Yuan | None, BeforeValidator(without_commas)] = None
    term_months: Annotated[Annotated[int, Field(ge=1, le=600)] | None, BeforeValidator(without_commas)] = None
    rate_percent: Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(without_commas)] = (
        None
    )
    valid_until: Annotated[date | None, Said] = None
    source: Annotated[Annotated[str, Field(max_length=500)] | None, Said] = None
    field: Annotated[list[str], Field(max_length=40)] = []
    operator: Annotated[list[str], Field(max_length=40)] = []
    value: Annotated[list[str], Field(max_length=40)] = []
    because: Annotated[list[Annotated[str, Field(max_length=4_000)]], Field(max_length=40)] = []
    keep: Annotated[list[int], Field(max_length=40)] = []
    whole: Annotated[list[Annotated[str, Field(max_length=20_000)]], Field(max_length=40)] = []
    text: Annotated[Words | None, Said] = None
    documents: Annotated[str, Field(max_length=4_000)] = ""
    stories: Annotated[Annotated[str, Field(max_length=20_000)] | None, Said] = None
    quota: Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(without_commas)] = None
    take_up_hours: Annotated[
        Annotated[float, Field(gt=0, le=720)] | None, BeforeValidator(without_commas)
    ] = None
    repair_field: Annotated[list[str], Field(max_length=10)] = []
    repair_value: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=10)] = []
    building_id: Annotated[Identifier | None, Said] = None
    floor: Annotated[Annotated[str, Field(max_length=200)] | None, Said] = None
    area_m2: Annotated[Annotated[float, Field(gt=0, le=1e7)] | None, BeforeValidator(without_commas)] = None
    least_area_m2: Annotated[
        Annotated[float, Field(gt=0, le=1e7)] | None, BeforeValidator(without_commas)
    ] = None
    rent_yuan: Annotated[Yuan | None, BeforeValidator(without_commas)] = None
    use: Annotated[Annotated[str, Field(max_length=200)] | None, Said] = None
    fit_out: Annotated[Annotated[str, Field(max_length=200)] | None, Said] = None
    free_from: Annotated[date | None, Said] = None
    hold_days: Annotated[Annotated[int, Field(ge=1, le=365)] | None, BeforeValidator(without_commas)] = None
    joins: Annotated[list[Identifier], Field(max_length=20)] = []
    transitional: bool = False
    version: int = 0


@dataclass(frozen=True)
class Line:
    """One line of the form. `options` are (value, words); () where the value is typed in as `kind`."""

    field: str
    operator: str
    value: str
    fields: tuple[tuple[str, str], ...]
    operators: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    kind: str
    unit: str
    because: str = ""


@dataclass(frozen=True)
class Filled:
    """What a text just read puts into the fields of the form; money in fen, as rows hold it."""

    title: str
    kind: str
    amount_fen: int | None
    term_months: int | None
    rate: float | None
    valid_until: date | None
    source: str | None = None


class TextFields(Form):
    """The text of a product, to be read."""

    text: Words


def form_of(fields: ProductFields, before: Product | None) -> ProductForm:
    """What the service takes. Criteria the form cannot show are kept where ticked."""
    if not len(fields.field) == len(fields.operator) == len(fields.value):
        raise InvalidInput("products.not_a_list", at="/criteria")
    kept = () if before is None else to_json(before.criteria)
    criteria = [kept[place] for place in fields.keep if 0 <= place < len(kept)]
    criteria += [_whole(written) for written in fields.whole]
    because = fields.because if len(fields.because) == len(fields.field) else [""] * len(fields.field)
    for name, operator, value, source in zip(
        fields.field, fields.operator, fields.value, because, strict=True
    ):
        if name and value.strip():
            said = {"field": name, "operator": operator, "value": _read(name, operator, value)}
            criteria.append(said | ({"source": source} if source else {}))
    return ProductForm(
        title=fields.title,
        kind=fields.kind,
        criteria=criteria,
        amount_fen=fen(fields.amount_yuan),
        term_months=fields.term_months,
        rate=None if fields.rate_percent is None else round(fields.rate_percent / 100, 8),
        valid_until=fields.valid_until,
        source=fields.source,
        text=fields.text,
        documents=_lines(fields.documents),
        repairs=[
            _repair(*one) for one in zip(fields.repair_field, fields.repair_value, strict=False) if one[0]
        ],
        stories=fields.stories,
        quota=fields.quota,
        take_up_minutes=None if fields.take_up_hours is None else round(fields.take_up_hours * 60),
        **_space(fields),
    )


def changes_of(form: ProductForm) -> dict[str, Any]:
    """What the form can change; what it does not show stays."""
    values = {name: getattr(form, name) for name in ProductForm.__dataclass_fields__}
    if form.text is None:
        del values["text"]
    for name in ("owner_name", "valid_from", "hold_period"):
        del values[name]
    return values | {"kind": form.kind.value}


def _space(fields: ProductFields) -> dict[str, Any]:
    if fields.kind is not ProductKind.SPACE:
        return {}
    same = ("building_id", "floor", "area_m2", "least_area_m2", "use", "fit_out", "free_from", "hold_days")
    told = {name: getattr(fields, name) for name in same}
    return told | {
        "rent_fen": fen(fields.rent_yuan),
        "joins": list(fields.joins),
        "transitional": fields.transitional,
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _repair(name: str, value: str) -> dict[str, Any]:
    if not value.strip():
        return {"field": name}
    return {"field": name, "value": _read(name, "has", value)}


def row_of(node: Node) -> tuple[str, str, str] | None:
    """A criterion as a line; None for what one line cannot hold."""
    if not isinstance(node, Criterion) or node.valid_from is not None or node.valid_until is not None:
        return None
    value = node.value
    if isinstance(value, frozenset):
        if len(value) > 1 and FIELDS[node.field].kind is not FieldKind.WORDS:
            return None
        return node.field, node.operator.value, ";".join(sorted(value))
    if isinstance(value, bool):
        return node.field, node.operator.value, "true" if value else "false"
    plain = f"{value:.15g}" if isinstance(value, float) else str(value)
    return node.field, node.operator.value, plain


def rows_of(
    product: Product | None, language: str, names: Mapping[str, str], chosen: str | None = None
) -> list[Line]:
    """The lines of a product and some empty ones; or the one line of a fact just chosen."""
    if chosen is not None:
        return [_line(chosen if chosen in FIELDS else "", "", "", language, names)]
    lines = lines_of(() if product is None else product.criteria, language, names)
    return lines + [_line("", "", "", language, names) for _ in range(EMPTY_ROWS)]


def lines_of(nodes: Sequence[Node], language: str, names: Mapping[str, str]) -> list[Line]:
    """The criteria that one line each can hold, with the sentence each came from."""
    found = [(row_of(node), node.source) for node in nodes if isinstance(node, Criterion)]
    return [replace(_line(*row, language, names), because=source) for row, source in found if row is not None]


def filled(draft: ProductDraft, kinds: Sequence[ProductKind]) -> Filled:
    """The terms of a draft; a kind that the reader's role does not keep gives way to one it does."""
    terms = draft.terms
    amount = None if terms.amount_yuan is None else round(terms.amount_yuan * 100)
    kind = draft.kind if draft.kind in kinds else kinds[0]
    return Filled(draft.title, kind.value, amount, terms.term_months, terms.rate, terms.valid_until)


def whole_of(draft: ProductDraft) -> list[tuple[str, Node]]:
    """Criteria that no single line holds, as the form sends them back, and themselves."""
    return [
        (json.dumps(to_json([node])[0], ensure_ascii=False), node)
        for node in draft.criteria
        if row_of(node) is None
    ]


def more_of(row: Row | None, own: Sequence[Row], tongue: str, names: Mapping[str, str]) -> dict[str, Any]:
    """What the rest of the form offers: buildings, units that may be joined, facts that may be repaired."""
    here = None if row is None else row.building_id
    units = [
        (one.product_id, one.title)
        for one in own
        if here is not None and one.building_id == here and row is not None and one is not row
    ]
    repairable = [
        (one.name, field_name(one.name, tongue))
        for one in FIELDS.values()
        if one.kind in (FieldKind.NUMBER, FieldKind.WORDS)
    ]
    told = [] if row is None else [(one["field"], _said(one.get("value"))) for one in row.repairs]
    return {"buildings": names, "units": units, "repairable": repairable, "repairs": [*told, ("", "")]}


def column_name(name: str) -> str:
    """What people call a column of a product, in the language of the page."""
    known = catalogue(language())
    return known.get(f"product_pages.column.{name}", name)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ";".join(str(one) for one in value)
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def _whole(written: str) -> dict[str, Any]:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInput("products.not_a_criterion", at="/criteria")
    return found


def _line(name: str, operator: str, value: str, language: str, names: Mapping[str, str]) -> Line:
    fields = tuple((one, field_name(one, language)) for one in FIELDS if one != "street")
    if not name:
        return Line("", "", "", fields, (), (), "text", "")
    asked = FIELDS[name]
    operators = tuple(
        (one.value, say(f"products.operator.{one.value}", language)) for one in OPERATORS[asked.kind]
    )
    kinds = {FieldKind.NUMBER: "number", FieldKind.DATE: "date"}
    unit = say(f"products.unit.{asked.unit}", language) if asked.kind is FieldKind.NUMBER else ""
    options = _options(name, language, names)
    if value and options and value not in dict(options):
        options = ((value, fact(name, value.split(";"), language, names)), *options)
    return Line(name, operator, value, fields, operators, options, kinds.get(asked.kind, "text"), unit)


def _options(name: str, language: str, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    asked = FIELDS[name]
    if asked.grades:
        return tuple((one, fact(name, one, language)) for one in reversed(asked.grades))
    if asked.kind is FieldKind.FLAG:
        return tuple((one, fact(name, one == "true", language)) for one in ("true", "false"))
    if name == "industry":
        codes = [*industry.all_codes(1), *industry.all_codes(2)]
        return tuple((code, f"{code} {fact(name, code, language)}") for code in codes)
    if name == "status":
        return tuple((one, fact(name, one, language)) for one in _STATUSES)
    if name == "building":
        return tuple(names.items())
    return tuple((one, one) for one in _CERTIFICATES) if name == "certificates" else ()


def _read(name: str, operator: str, value: str) -> object:
    """The value as JSON would hold it; what does not fit is refused by parse_criteria by its place."""
    if name not in FIELDS:
        return value
    kind = FIELDS[name].kind
    if kind is FieldKind.NUMBER:
        return _number(value)
    if kind is FieldKind.FLAG:
        return value == "true"
    if operator in ("in", "within", "has", "has_any"):
        return [word.strip() for word in value.replace("；", ";").split(";") if word.strip()]
    return value.strip()


def _number(value: str) -> object:
    try:
        return float(str(without_commas(value)))
    except ValueError:
        return value
