"""Rows -> snapshot. Same rows, same moment: the same bytes, whatever order the database gives them in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matcher.build import pairs, places, read, tables, words
from matcher.build.encode import Arrays, Columns, Positions, arrays_of, gather, joined, sort
from matcher.build.places import Location, Places
from matcher.build.read import Progress
from matcher.build.tables import Names
from matcher.graph import industries, schema
from matcher.graph.files import write
from matcher.recommend.weights import POLICY
from matcher.text.speaker import without_speaker
from matcher.text.stored import Understood, understand

Rows = Mapping[str, Sequence[Any]]

_OFFICE = timezone(timedelta(hours=8))  # what "today" means to those who enter dates


def silent(_stage: str, _done: int, _total: int) -> None:
    """For callers that show no progress."""


def compile_snapshot(
    session: Session,
    folder: Path,
    now: datetime,
    progress: Progress = silent,
    run: words.Runner = words.in_order,
) -> str:
    """Compile all rows into `folder`/<snapshot id> and return the id; it is not yet the served one.

    `progress` is called with (stage, done, total) and cancels by raising; nothing is left behind then.
    `run` maps the counting of terms over partitions of texts. Reads every row; holds the columns in memory.
    """
    expected = {table: read.count(session, table) for table in read.SOURCES if table in schema.TABLES}
    rows = {table: list(read.rows(session, table, progress)) for table in read.SOURCES}
    names, arrays = _firms_and_places(rows, now.astimezone(_OFFICE).date())
    columns = {table: _columns(rows[table], table, names) for table in tables.CONVERT}
    for table, values in columns.items():
        arrays |= arrays_of(values, table)
    arrays |= _pair_arrays(rows, names, now.astimezone(_OFFICE).date())
    arrays |= _chain_arrays()
    progress("words", 0, 1)
    arrays |= words.index(_corpora(rows, columns, names, run))
    progress("words", 1, 1)
    counts = {table: len(arrays[f"{table}.by_id"]) for table in schema.TABLES}
    about = {"counts": counts, "rows": expected, "configuration": configuration_digest()}
    snapshot_id = write(folder, arrays, now, about)
    progress("written", 1, 1)
    return snapshot_id


def configuration_digest() -> str:
    """What beside the rows decides the answers: policy, facts, lexicon and schema."""
    digest = hashlib.sha256(json.dumps(POLICY, sort_keys=True).encode())
    digest.update(json.dumps(schema.files(), sort_keys=True).encode())
    for package, folder in (("matcher.domain", "facts"), ("matcher.text", "lexicon")):
        entries = resources.files(package).joinpath(folder).iterdir()
        for file in sorted(entries, key=lambda entry: entry.name):
            if file.name.endswith((".csv", ".toml")):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _firms_and_places(rows: Rows, today: date) -> tuple[Names, Arrays]:
    """The tables that others point into, firms last; and where everything stands."""
    understood = {row.need_id: understand(row, today) for row in rows["needs"]}
    located, arrays = _place_arrays(rows, understood.values())
    groups = pairs.owner_groups(rows["firms"], rows["relations"], today)
    areas = Positions(found for row in rows["offers"] if (found := joined(row.serves)))
    wanted = Positions(named for need in understood.values() if (named := tables.wanted_set(need)))
    positions = pairs.group_positions(groups)
    events = Positions(row.event_id for row in rows["events"])
    blank = Names(located, groups, positions, {}, events, areas, wanted, understood)
    offered = _offered(rows["offers"])
    firms = sort(
        gather((tables.firm(row, blank, offered) for row in rows["firms"]), "firms"), *tables.ORDER["firms"]
    )
    arrays |= arrays_of(firms, "firms")
    for table, known in (("groups", positions), ("areas", areas), ("wanted", wanted)):
        arrays |= arrays_of({"id": known.ids}, table)
    standing = {identifier: position for position, identifier in enumerate(firms["id"])}
    return replace(blank, firms=standing), arrays


def _place_arrays(rows: Rows, understood: Iterable[Understood]) -> tuple[Places, Arrays]:
    named = [row.industry_code for table in ("firms", "offers", "needs") for row in rows[table]]
    answering = [code for need in understood for code in need.industries]
    industry_positions, industry_columns = places.industry_table([*named, *answering])
    street_positions, street_columns = places.street_table(
        row.region_code for table in ("firms", "buildings", "stations") for row in rows[table]
    )
    station_columns = places.station_columns(rows["stations"])
    stations = Positions(station_columns["id"])
    building_columns = places.building_columns(rows["buildings"], street_positions, stations)
    located = Places(
        stations,
        street_positions,
        Positions(building_columns["id"]),
        industry_positions,
        {
            row.building_id: Location(row.region_code, row.latitude, row.longitude)
            for row in rows["buildings"]
        },
    )
    arrays = (
        arrays_of(industry_columns, "industries")
        | arrays_of(street_columns, "streets")
        | arrays_of(station_columns, "stations")
        | arrays_of(building_columns, "buildings")
    )
    return located, arrays


def _columns(rows: Iterable[Any], table: str, names: Names) -> Columns:
    convert = tables.CONVERT[table]
    return sort(gather((convert(row, names) for row in rows), table), *tables.ORDER.get(table, ()))


def _pair_arrays(rows: Rows, names: Names, today: date) -> Arrays:
    position = dict(names.firms)
    return pairs.deal_arrays(rows["deals"], position) | pairs.relation_arrays(
        rows["relations"], position, today
    )


def _chain_arrays() -> Arrays:
    supply, chain, hop = industries.chain_arrays(industries.supply_array())
    return {"supply": supply, "chain": chain, "hop": hop}


def _offered(offers: Iterable[Any]) -> dict[str, str]:
    """The joined text of each enterprise's offers, in the order of their ids."""
    found: dict[str, list[str]] = {}
    for offer in sorted(offers, key=lambda row: row.offer_id.encode()):
        found.setdefault(offer.enterprise_id, []).append(_sentence(offer.title, offer.text))
    return {identifier: "\n".join(pieces) for identifier, pieces in found.items()}


def _corpora(
    rows: Rows, columns: Mapping[str, Columns], names: Names, run: words.Runner
) -> dict[str, words.Corpus]:
    """The texts of every indexed table, counted."""
    scope, offered = [""] * len(names.firms), [""] * len(names.firms)
    by_firm = _offered(rows["offers"])
    for row in rows["firms"]:
        at = names.firms[row.enterprise_id]
        scope[at], offered[at] = tables.told(row), by_firm.get(row.enterprise_id, "")
    texts = {"firms": offered, "scope": scope}
    for table in ("offers", "needs", "openings"):
        titles, bodies = columns[table]["title"], columns[table]["text"]
        texts[table] = [_sentence(title, body) for title, body in zip(titles, bodies, strict=True)]
    texts["needs"] = [without_speaker(text) for text in texts["needs"]]  # who asks is not what is asked for
    talents = columns["talents"]
    told = zip(talents["major"], talents["skills"], talents["wants"], strict=True)
    texts["talents"] = [" ".join(pieces) for pieces in told]
    return {name: words.corpus(lines, run) for name, lines in texts.items()}


def _sentence(title: str, body: str | None) -> str:
    return f"{title}\n{body}" if body else title
