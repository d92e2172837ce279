"""The bank's list as a table for people, to take along: what was on the page and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.graph.graph import Graph
from matcher.messages import say
from matcher.services.eligible import MOST, eligible_firms
from matcher.services.eligible_lines import FirmLine
from matcher.services.event_exports import Sheet
from matcher.services.fact_words import fact, field_name, told
from matcher.services.imports.cells import safe_cell
from matcher.storage import journal


def sheet(
    session: Session, graph: Graph, actor: Actor, product_id: str, now: datetime, names: Mapping[str, str]
) -> Sheet:
    """All firms that consented and fit or nearly fit; each is a disclosure in the journal again.

    `names` are names of buildings. Raises NotFound for another bank's product.
    """
    require(actor, "products.eligible")
    lines, cursor = list[FirmLine](), None
    while True:
        page = eligible_firms(session, graph, actor, product_id, MOST, cursor, now)
        lines += page.firms
        cursor = page.next_cursor
        if cursor is None:
            break
    journal.record(session, actor, "exports.read", ("product", product_id, None), now, rows=len(lines))
    return _table(lines, actor.language, names)


def as_csv(sheet: Sheet) -> bytes:
    """With a BOM, so that Excel reads it as UTF-8; no cell begins like a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.headings)
    writer.writerows([safe_cell(value) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _table(lines: Sequence[FirmLine], language: str, names: Mapping[str, str]) -> Sheet:
    fields = list(dict.fromkeys(name for line in lines for name in line.fields if name != "name"))
    headings = (
        say("console.bank.firm", language),
        say("console.bank.standing", language),
        *(field_name(name, language) for name in fields),
        say("console.bank.failing", language),
        say("console.bank.missing", language),
        say("console.bank.consents", language),
    )
    return Sheet(
        say("console.bank.sheet", language),
        headings,
        tuple(_row(line, fields, language, names) for line in lines),
    )


def _row(
    line: FirmLine, fields: Sequence[str], language: str, names: Mapping[str, str]
) -> tuple[object, ...]:
    shown = [line.fields.get(name) for name in fields]
    failing = [told(one, language, names) for one in line.failing]
    short = [one.wanted if one.distance is None else f"{one.wanted} ({one.distance})" for one in failing]
    return (
        line.fields.get("name", line.enterprise_id),
        say(f"console.standing.{line.standing}", language),
        *("" if v is None else fact(name, v, language, names) for name, v in zip(fields, shown, strict=True)),
        "; ".join(short),
        "; ".join(field_name(one.field, language) for one in line.missing),
        "; ".join(line.consents),
    )
