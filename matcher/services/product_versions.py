"""The versions of a product: what each edit left, and in words what it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.product import Node, parse_criteria
from matcher.errors import NotFound
from matcher.messages import LANGUAGES
from matcher.services.fact_words import sentence
from matcher.services.product_names import building_names
from matcher.storage import products
from matcher.storage.products import Product, ProductVersion

_UNTOLD: Final = frozenset({"product_id", "owner", "version", "updated_at"})
Names = Mapping[str, Sequence[str]]  # language -> sentences


@dataclass(frozen=True)
class VersionView:
    """One version: who wrote it when, the columns it changed, the criteria that came and went, in words."""

    version: int
    at: datetime
    account_id: str
    changed: Sequence[str]
    came: Names
    went: Names
    content: Mapping[str, Any]


def keep(session: Session, actor: Actor, row: Product, now: datetime) -> None:
    """Write down what an edit left. To be called once the row is flushed."""
    session.add(
        ProductVersion(
            product_id=row.product_id,
            version=row.version,
            at=now,
            account_id=actor.account_id,
            content=content_of(row),
        )
    )
    session.flush()


def keep_first(session: Session, row: Product) -> None:
    """Before the first edit of a product that came by import: keep what it was."""
    if session.get(ProductVersion, (row.product_id, row.version)) is None:
        values = {"product_id": row.product_id, "version": row.version, "at": row.updated_at}
        session.add(ProductVersion(**values, account_id="", content=content_of(row)))
        session.flush()


def content_of(row: Product) -> dict[str, Any]:
    """The columns that an owner can change, as JSON."""
    names = [column.key for column in Product.__table__.columns if column.key not in _UNTOLD]
    return {name: _plain(getattr(row, name)) for name in names}


def versions(session: Session, actor: Actor, product_id: str) -> tuple[VersionView, ...]:
    """What each edit changed, newest first. Raises NotFound for another's product and for none, alike."""
    require(actor, "products.write")
    row = products.by_id(session, product_id)
    if row is None or row.owner != actor.scope:
        raise NotFound("products.no_such_product", value=product_id)
    kept = products.versions_of(session, product_id)
    names = building_names(session)
    earlier = [*kept[1:], None] if kept else []
    return tuple(_view(one, before, names) for one, before in zip(kept, earlier, strict=True))


def _view(one: ProductVersion, before: ProductVersion | None, names: Mapping[str, str]) -> VersionView:
    old = {} if before is None else before.content
    changed = [name for name, value in one.content.items() if before is not None and value != old.get(name)]
    now, then = _nodes(one.content), _nodes(old)
    came = [node for node in now if node not in then]
    went = [node for node in then if node not in now]
    return VersionView(
        one.version, one.at, one.account_id, changed, _told(came, names), _told(went, names), one.content
    )


def _nodes(content: Mapping[str, Any]) -> tuple[Node, ...]:
    return parse_criteria(list(content.get("criteria", ())))


def _told(nodes: Sequence[Node], names: Mapping[str, str]) -> Names:
    return {language: [sentence(node, language, names) for node in nodes] for language in LANGUAGES}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
