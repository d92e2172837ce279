"""The synthetic province of bench.generate, or a registry, as rows, without an import."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from bench.generate import Province, Size
from matcher.storage.db import connect
from matcher.storage.migrations import migrate

AT_ONCE: Final = 20_000
MOMENT: Final = "2026-11-01 00:00:00"
STATIONS: Final = 200
FEN_A_WAN: Final = 1_000_000
Write = Callable[[str, Iterator[tuple[Any, ...]]], None]


def province(path: Path, firms: int, seed: int = 1) -> None:
    """Rows of an invented province. Its towers have coordinates: a district is some kilometres wide."""
    made = Province(Size.of(firms), seed)
    with Rows(path) as write:
        write("stations", ((f"ST{n:05}", f"服务站{n}", None) for n in range(STATIONS)))
        write("buildings", tower_rows(made))
        write("enterprises", map(firm_row, made.enterprises()))
        write("offers", (offer_row(row) for row in made.offers()))
        write("needs", (need_row(row) for row in made.needs()))
        write("deals", (deal_row(number, row) for number, row in enumerate(made.deals())))


def registry(path: Path, firms: int, folder: Path) -> None:
    """The first `firms` rows of parquet files with name, code, reg_date, scope, address."""
    with Rows(path) as write:
        write("enterprises", _registered(sorted(folder.glob("*.parquet")), firms))


class Rows:
    """A migrated database, and a function that inserts many tuples into one of its tables."""

    COLUMNS: Final = {
        "stations": "station_id,name,region_code",
        "buildings": "building_id,name,region_code,latitude,longitude,station_id",
        "enterprises": "enterprise_id,code,name,name_key,industry_code,industry_inferred,scope,region_code,"
        "address,building_id,place_inferred,floor,founded_on,registered_capital_fen,employees,revenue_fen,"
        "tax_grade,tax_grade_year,certificates,listed,allows_invitations,status,station_id,version,updated_at",
        "offers": "offer_id,enterprise_id,title,text,industry_code,serves,updated_at",
        "needs": "need_id,enterprise_id,text,kind,published,state,understood,created_at,updated_at,version",
        "deals": "deal_id,buyer_id,seller_id,date,stage,updated_at",
    }

    def __init__(self, path: Path) -> None:
        engine = connect(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()
        self._database = sqlite3.connect(path)

    def __enter__(self) -> Write:
        triggers = self._database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in triggers.fetchall():
            self._database.execute(f"DROP TRIGGER {name}")
        return self._write

    def __exit__(self, *_error: object) -> None:
        self._database.commit()
        self._database.close()

    def _write(self, table: str, values: Iterator[tuple[Any, ...]]) -> None:
        columns = self.COLUMNS[table]
        marks = ",".join("?" * len(columns.split(",")))
        # Deals repeat a pair now and then: an import would add them up.
        self._database.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", values)


def tower_rows(made: Province) -> Iterator[tuple[Any, ...]]:
    from bench.generate import districts

    for tower in range(int(made.tower.max(initial=0)) + 1):
        district = tower % len(districts())
        north = 29.5 + district // 11 * 0.4 + tower * 7919 % 997 / 10_000
        east = 115.0 + district % 11 * 0.4 + tower * 104_729 % 991 / 10_000
        code = districts()[district][0]
        yield f"B{tower:06}", f"第{tower}商务楼", code, north, east, f"ST{district % STATIONS:05}"


def firm_row(row: Any) -> tuple[Any, ...]:
    code, name, trade, scope, region, address, tower, floor, founded, capital, staff, revenue = row[:12]
    district = f"B{int(tower.removeprefix('第').removesuffix('商务楼')):06}"
    money = (int(float(capital) * FEN_A_WAN), staff, int(float(revenue) * FEN_A_WAN))
    head = (code, code, name, name, trade, 0, scope, region, address, district, 0, floor, founded)
    return (*head, *money, row[12] or None, row[13] or None, "[]", 1, 0, "active", None, 1, MOMENT)


def offer_row(row: Any) -> tuple[Any, ...]:
    offer, firm, title, text, trade, serves = row
    return offer, firm, title, text, trade, f'["{serves}"]' if serves else "[]", MOMENT


def need_row(row: Any) -> tuple[Any, ...]:
    return row[0], row[1], row[2], row[3], 1, "open", "{}", MOMENT, MOMENT, 1


def deal_row(number: int, row: Any) -> tuple[Any, ...]:
    return f"D{number:08}", row[0], row[1], row[2].isoformat(), row[4], MOMENT


def _registered(files: list[Path], most: int) -> Iterator[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    done = 0
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(AT_ONCE):
            for row in batch.to_pylist():
                if done == most:
                    return
                founded, name = (row["reg_date"] or "")[:10] or None, row["name"] or f"{done}"
                place = (None, row["address"], None, 0, None, founded)
                none = (None,) * 5
                code = f"E{done * 7919 % 100_000_007:09}"
                head = (code, None, name, name, None, 0, row["scope"], *place, *none)
                yield (*head, "[]", 1, 0, "active", None, 1, MOMENT)
                done += 1
