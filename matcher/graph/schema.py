"""The shape of a snapshot as data: tables, columns, dtypes, node and edge kinds, and the format number.

Money is yuan (float64), dates are proleptic ordinals (int32, -1 unknown), moments are seconds since
1970 UTC (int64, -1 unknown), positions point into another table (-1 none), NaN is an unknown number.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag, StrEnum
from typing import Final

FORMAT: Final = 4

TEXT: Final = "text"  # a Strings column; every other dtype is numpy's own name

DIVISIONS: Final = 100  # arrays by GB/T division are indexed by int(code), 1 to 97


class NodeKind(StrEnum):
    """What a node of the graph is."""

    ENTERPRISE = "enterprise"
    NEED = "need"
    OFFER = "offer"
    INDUSTRY = "industry"
    TOPIC = "topic"
    WORD = "word"
    BUILDING = "building"
    STREET = "street"
    PRODUCT = "product"
    OPENING = "opening"
    TALENT = "talent"
    EVENT = "event"


class EdgeKind(StrEnum):
    """How one node leads to the next."""

    HAS_NEED = "has_need"
    HAS_OFFER = "has_offer"
    IN_INDUSTRY = "in_industry"
    WANTS_INDUSTRY = "wants_industry"
    SUPPLIES = "supplies"
    BUYS_FROM = "buys_from"
    SHARED_WORD = "shared_word"
    TOPIC = "topic"
    LOCATED = "located"
    SAME_BUILDING = "same_building"
    SAME_STREET = "same_street"
    DEAL = "deal"


class Flag(IntFlag):
    """Bits of ``firms.flags``."""

    ACTIVE = 1
    LISTED = 2
    INVITABLE = 4
    SOLE_TRADER = 8
    HAS_OFFERS = 16


class Apart(IntFlag):
    """Bits of ``relations``: why two enterprises may not meet."""

    RIVAL = 1
    DISPUTE = 2
    KEEP_APART = 4


PUBLISHED: Final = 1  # bit of needs.flags
LISTED: Final = 30  # places of a list that is made with the snapshot
GRADES: Final = ("A", "B", "M", "C", "D")  # tax_grade is a position here

_PLACED: Final = {"latitude": "float64", "longitude": "float64"}

TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "firms": {
        "id": TEXT,
        "name": TEXT,
        "industry": "int16",
        "building": "int32",
        "floor": TEXT,
        "street": "int32",
        "station": "int32",
        "owner_group": "int32",
        "founded": "int32",
        "employees": "float64",
        "revenue": "float64",
        "capital": "float64",
        "tax_paid": "float64",
        "assets": "float64",
        "asked": "int32",  # introductions and events it was expected at
        "answered": "int32",  # of those taken up
        "active": "int32",  # day of its last deal
        "usual_order": "float64",
        "tax_grade": "int8",
        "tax_grade_year": "int16",
        "certificates": TEXT,
        "flags": "uint8",
        "text": TEXT,
        **_PLACED,
    },
    "offers": {
        "id": TEXT,
        "firm": "int32",
        "title": TEXT,
        "text": TEXT,
        "industry": "int16",
        "capacity": "float64",
        "serves": "int32",  # position in areas, -1 everywhere
    },
    "needs": {
        "id": TEXT,
        "firm": "int32",
        "title": TEXT,
        "text": TEXT,
        "kind": TEXT,
        "state": TEXT,
        "industry": "int16",
        "amount": "float64",
        "quantity": "float64",
        "deadline": "int32",
        "created": "int64",
        "flags": "uint8",
        "topics": TEXT,
        "wanted": "int32",  # position in wanted: the industries that could answer
        "parties": TEXT,
    },
    "products": {
        "id": TEXT,
        "owner": TEXT,
        "owner_name": TEXT,
        "title": TEXT,
        "kind": TEXT,
        "text": TEXT,
        "amount": "float64",
        "term_months": "float64",
        "rate": "float64",
        "valid_from": "int32",
        "valid_until": "int32",
        "source": TEXT,
        "criteria": TEXT,
        "building": "int32",
        "floor": TEXT,
        "area_m2": "float64",
        "rent": "float64",
        "use": TEXT,
        "free_from": "int32",
        "hold_period": TEXT,
        "fit_out": TEXT,
        "version": "int32",
    },
    "openings": {
        "id": TEXT,
        "firm": "int32",
        "title": TEXT,
        "text": TEXT,
        "occupation": TEXT,
        "occupation_codes": TEXT,  # given, or read surely enough; best first, joined by ";"
        "headcount": "float64",
        "wage_min": "float64",
        "wage_max": "float64",
        "education": TEXT,
        "place": TEXT,
    },
    "talents": {
        "id": TEXT,
        "school": TEXT,
        "pool": TEXT,
        "major": TEXT,
        "skills": TEXT,
        "education": TEXT,
        "wants": TEXT,
        "headcount": "float64",
        "occupation_codes": TEXT,
    },
    "events": {
        "id": TEXT,
        "kind": TEXT,
        "title": TEXT,
        "theme": TEXT,
        "organizer": TEXT,
        "station": "int32",
        "place": TEXT,
        "region_code": TEXT,
        "starts_at": "int64",
        "ends_at": "int64",
        "capacity": "float64",
        "settings": TEXT,
    },
    "attendances": {"id": TEXT, "event": "int32", "firm": "int32", "state": TEXT, "tables": TEXT},
    "buildings": {"id": TEXT, "name": TEXT, "street": "int32", "station": "int32", **_PLACED},
    # id is a region code of any level; the int columns hold its leading 9, 6 and 4 digits, -1 unknown
    "streets": {"id": TEXT, "name": TEXT, "street": "int32", "district": "int32", "city": "int32"},
    "stations": {"id": TEXT, "name": TEXT},
    "groups": {"id": TEXT},
    # Sets of codes joined by ";", each once: few are distinct, so a query reads them all at little cost
    "areas": {"id": TEXT},
    "wanted": {"id": TEXT},
    # id is a GB/T 4754-2017 code of any level; division is int(code of its division), -1 for a section
    "industries": {"id": TEXT, "name": TEXT, "division": "int8"},
}

# Columns that hold positions in another table.
POINTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "firms": {
        "industry": "industries",
        "building": "buildings",
        "street": "streets",
        "station": "stations",
        "owner_group": "groups",
    },
    "offers": {"firm": "firms", "industry": "industries", "serves": "areas"},
    "needs": {"firm": "firms", "industry": "industries", "wanted": "wanted"},
    "products": {"building": "buildings"},
    "openings": {"firm": "firms"},
    "events": {"station": "stations"},
    "attendances": {"event": "events", "firm": "firms"},
    "buildings": {"street": "streets", "station": "stations"},
}

# Tables whose text is indexed: a CSR ``words`` (row x term) and its transpose ``postings`` (term x row).
INDEXED: Final = ("firms", "offers", "needs", "openings", "talents")

# Firm by firm: whom a buyer bought from, to whom a seller sold (counts), who is kept apart (bits).
PAIRS: Final[Mapping[str, str]] = {"deals": "float32", "customers": "float32", "relations": "uint8"}

# Suppliers of each firm, made with the snapshot; empty where none were made. firms: (firms, LISTED)
# positions, -1 past the end; scores: the same in steps of 1/10,000; of: of how many they are the best, -1 for
# no list.
LISTS: Final[Mapping[str, str]] = {"lists.firms": "int32", "lists.scores": "uint16", "lists.of": "int32"}

# Arrays that belong to no table. terms: hashes of the indexed ones, ascending, with their idf; common:
# hashes of those that say nothing, with the number of rows they are in. supply: strength of supplier ->
# buyer; chain: best product over at most three hops; hop: the first division on that best way, -1 where
# there is none. past: JSON in UTF-8, the newest needs that were answered and who answered them.
ARRAYS: Final[Mapping[str, str]] = {
    "terms": "uint64",
    "idf": "float32",
    "common": "uint64",
    "common_rows": "int64",
    "supply": "float32",
    "chain": "float32",
    "hop": "int8",
    "past": "uint8",
    **LISTS,
}


SAME_IN_DELTAS: Final = frozenset({"supply", "chain", "hop", "past", *LISTS})


def files() -> dict[str, str]:
    """Every array file of a snapshot (without ``.npy``) and its dtype."""
    found = dict(ARRAYS)
    for table, columns in TABLES.items():
        found[f"{table}.by_id"] = "int32"
        for column, dtype in columns.items():
            found.update(_column_files(f"{table}.{column}", dtype))
    for table in INDEXED:
        found.update(csr_files(f"{table}.words", "float32"))
        found.update(csr_files(f"{table}.postings", "float32"))
    for name, dtype in PAIRS.items():
        found.update(csr_files(name, dtype))
    return found


def delta_files() -> dict[str, str]:
    """Every array of a snapshot that holds only what has changed since its base, and its dtype.

    touched: ids of the enterprises whose rows in the base no longer count. ends: ids of all enterprises named
    in trades (buyer, seller, damped count), apart (Apart bits, both ways) and attending (a row of
    attendances each), which are places in ends. vanished: terms of the base that no row uses any more.
    """
    found = {name: dtype for name, dtype in files().items() if name not in SAME_IN_DELTAS}
    for name in ("touched", "ends"):
        found |= _column_files(name, TEXT)
    for name, dtype in (("trades", "float32"), ("apart", "uint8")):
        found |= {f"{name}.a": "int32", f"{name}.b": "int32", f"{name}.data": dtype}
    return found | {"attending": "int32", "vanished": "uint64"}


def _column_files(name: str, dtype: str) -> dict[str, str]:
    if dtype == TEXT:
        return {f"{name}.blob": "uint8", f"{name}.offsets": "int64"}
    return {name: dtype}


def csr_files(name: str, dtype: str) -> dict[str, str]:
    """The three files of a sparse matrix."""
    return {f"{name}.indptr": "int64", f"{name}.indices": "int32", f"{name}.data": dtype}
