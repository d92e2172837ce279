"""What a kind asks of its rows beyond single cells, and the fields that follow from others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from matcher.domain import industry
from matcher.domain.access import Actor
from matcher.domain.enterprise import GradeVerdict, grade_verdict, name_key
from matcher.services.imports.checking import LineReader, Row, verdict_of
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.values import narrow

Complete = Callable[[LineReader, Row], None]


def digest(*parts: object) -> str:
    """A short name for a combination of values, the same for the same values."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def complete(reader: LineReader, row: Row) -> None:
    """Derive fields and blame what does not fit together. Adds no field that was not derived."""
    kind = reader.plan.kind
    row.values.update({} if kind.fixed is None else kind.fixed)
    rule = _RULES.get(kind.name)
    if rule is not None and row.severity is None:
        rule(reader, row)


def on_insert(kind: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """Fields that only a new row gets: who entered it, and when."""
    if kind == "needs":
        return {"created_by": actor.account_id, "created_at": now}
    if kind == "consents":
        return {"granted_by": actor.account_id, "granted_at": now}
    return {}


def _enterprise(reader: LineReader, row: Row) -> None:
    values = row.values
    values["name_key"] = name_key(values["name"])
    code = values.get("code")
    values["code_verdict"] = None if code is None else verdict_of(code).value
    if values.get("enterprise_id") is None and code is None:
        reader.blame_field(row, "code", BadValueError("identity_empty"))
    _whose_industry(values)
    grade = values.get("tax_grade")
    if grade is not None and grade_verdict(grade, values.get("tax_grade_year")) is GradeVerdict.YEAR_MISSING:
        reader.blame_field(row, "tax_grade", BadValueError("grade_without_year", Severity.HELD))
    _within(reader, row, "latitude", 90)
    _within(reader, row, "longitude", 180)


def _whose_industry(values: dict[str, Any]) -> None:
    """A file's industry is given, unless the file itself says it was inferred (our own export does)."""
    inferred = values.get("industry_code") is not None and values.get("industry_inferred") is True
    values["industry_inferred"] = inferred if values.get("industry_code") is not None else None
    values["industry_confidence"] = values.get("industry_confidence") if inferred else None


def before_update(kind: str, values: dict[str, Any], known: Mapping[Any, Any]) -> None:
    """An inferred industry never replaces a given one, and is inferred anew with a new name or scope."""
    if kind != "enterprises":
        return
    if values.get("address") is not None and known["address"] not in (None, values["address"]):
        values["place_key"] = "?"  # services.places.CHANGED
    given = known["industry_code"] is not None and not known["industry_inferred"]
    if given and values["industry_inferred"]:
        values |= dict.fromkeys(("industry_code", "industry_inferred", "industry_confidence"))
    texts = [(values.get(name), known[name]) for name in ("name", "scope")]
    if not given and any(new is not None and new != old for new, old in texts):
        values["industry_confidence"] = 0.0


def _within(reader: LineReader, row: Row, name: str, most: int) -> None:
    value = row.values.get(name)
    if value is not None and abs(value) > most:
        reader.blame_field(row, name, BadValueError("out_of_range", least=-most, most=most))


def _deal(reader: LineReader, row: Row) -> None:
    values = row.values
    if values["buyer_id"] == values["seller_id"]:
        reader.blame_field(row, "seller_id", BadValueError("same_enterprise"))


def _relation(reader: LineReader, row: Row) -> None:
    values = row.values
    if values["a"] == values["b"]:
        reader.blame_field(row, "b", BadValueError("same_enterprise"))


def _chain(reader: LineReader, row: Row) -> None:
    """Industries by their codes where both ends are industries, products in their plain words otherwise."""
    ends = {name: narrow(row.values[name]) for name in ("upstream", "downstream")}
    codes = {name: industry.normalize(text) or industry.by_name(text) for name, text in ends.items()}
    kind = row.values.get("kind") or ("industry" if all(codes.values()) else "product")
    row.values["kind"] = kind
    for name, text in ends.items():
        code = codes[name]
        if kind == "industry" and (code is None or industry.division(code) is None):
            reason = "unknown_industry_nothing_near" if code is None else "industry_too_broad"
            reader.blame_field(row, name, BadValueError(reason))
        row.values[name] = code if kind == "industry" and code is not None else text
    if row.values["upstream"] == row.values["downstream"]:
        reader.blame_field(row, "downstream", BadValueError("same_link_ends"))
    if kind == "product":
        _note_unplaced(reader, row)
    weight = row.values.get("weight")
    if weight is not None and not 0 <= weight <= 1:
        reader.blame_field(row, "weight", BadValueError("weight_out_of_range"))


def _note_unplaced(reader: LineReader, row: Row) -> None:
    """Say so where nobody is known to make a product: the link is kept, but joins no industries yet."""
    from matcher.text.trades.products import makers  # late: it learns its words first

    ends = ("upstream", "downstream")
    for name, maker in zip(ends, makers([row.values[end] for end in ends]), strict=True):
        if maker is None:
            reader.blame_field(row, name, BadValueError("product_not_placed", Severity.NOTED))


def _consent(reader: LineReader, row: Row) -> None:
    _in_order(reader, row, "valid_from", "valid_to")


def _product(reader: LineReader, row: Row) -> None:
    _in_order(reader, row, "valid_from", "valid_until")
    row.values["owner_name"] = row.values.get("owner_name") or row.values["owner"]


def _opening(reader: LineReader, row: Row) -> None:
    _in_order(reader, row, "wage_min_fen", "wage_max_fen")


def _event(reader: LineReader, row: Row) -> None:
    _in_order(reader, row, "starts_at", "ends_at")


def _in_order(reader: LineReader, row: Row, first: str, second: str) -> None:
    low, high = row.values.get(first), row.values.get(second)
    if low is not None and high is not None and low > high:
        reader.blame_field(row, second, BadValueError("ends_before_it_begins"))


_RULES: Final[Mapping[str, Complete]] = {
    "enterprises": _enterprise,
    "deals": _deal,
    "chain": _chain,
    "relations": _relation,
    "consents": _consent,
    "products": _product,
    "openings": _opening,
    "events": _event,
    "fairs": _event,
}


def after_references(kind: str, values: dict[str, Any]) -> None:
    """Names of rows that have none of their own, once the enterprises they speak of are known."""
    if kind == "deals" and values.get("deal_id") is None:
        parts = ("buyer_id", "seller_id", "date", "amount_fen", "need_id")
        values["deal_id"] = f"DEAL-{digest(*(values.get(part) for part in parts))}"
    if kind == "consents" and values.get("consent_id") is None:
        named = ("enterprise_id", "grantee", "purpose", "valid_from")
        values["consent_id"] = f"CON-{digest(*(values.get(part) for part in named))}"
    if kind == "relations" and values["a"] > values["b"]:
        values["a"], values["b"] = values["b"], values["a"]
