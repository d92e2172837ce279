"""What a recomputation costs: rows in SQLite -> a published snapshot, and a refresh after one change.

    python -m bench.recompute --firms 9000 100000 1000000          a synthetic province
    python -m bench.recompute --registry FOLDER --firms 1000000    rows of a registry (parquet files)

Prints one JSON object a size: seconds (wall, CPU) and peak memory of each step, bytes, ratios.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from jobs.engine import engine
from jobs.refresh import ASKED
from matcher.build.changes import Changes
from matcher.build.check import check
from matcher.build.compile import compile_snapshot
from matcher.build.refresh import Limits, refresh
from matcher.graph import snapshot, trust
from matcher.storage.db import connect, reading, sessions
from matcher.storage.enterprises import Enterprise
from matcher.storage.migrations import migrate

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
AT_ONCE = 20_000

TRADES = {
    "6513": "软件开发,信息系统集成服务,数据处理,小程序定制,网站建设,云平台运维",
    "6241": "职工食堂承包,团餐配送,餐饮服务,工作午餐,冷餐茶歇,食材采购",
    "5131": "服装批发,面料销售,工作服定做,针纺织品,鞋帽零售,箱包",
    "3311": "钢结构制造,金属门窗加工,机械零部件加工,焊接,喷涂,五金制品",
    "7291": "会议及展览服务,企业培训,市场营销策划,品牌推广,活动搭建,礼仪服务",
    "5437": "城市配送,冷链运输,仓储服务,货物装卸,同城快递,供应链管理",
    "2319": "包装印刷,画册印制,标签印刷,纸箱加工,广告制作,彩盒",
    "7020": "物业管理,房屋租赁,保洁服务,绿化养护,停车场管理,安保服务",
    "7241": "代理记账,税务咨询,审计服务,工商注册代理,财务顾问,资产评估",
    "4790": "室内装饰装修,水电安装,消防设施工程,弱电工程,办公室装修,防水",
    "2770": "医疗器械生产,口罩,防护用品,消毒用品,体外诊断试剂,康复辅具",
    "8291": "职业技能培训,劳务派遣,人力资源外包,招聘代理,猎头服务,考试辅导",
}
PLACES = ["江畔", "云锦", "青松", "白塔", "长桥", "望湖", "东岭", "石门", "花溪", "北苑", "临港", "南陵"]
WORDS = list("华瑞诚达盛源宏泰康信恒博鑫嘉远明和联科创")


def province(path: Path, firms: int, seed: int = 7) -> None:
    """Rows of an invented province: firms by trade (Zipf), offers, needs, deals."""
    chance = random.Random(seed)
    codes, clauses = list(TRADES), {code: text.split(",") for code, text in TRADES.items()}
    weights = [1 / (1 + rank) for rank in range(len(codes))]
    with rows(path) as write:
        houses = max(5, firms // 150)
        stations = max(1, houses // 60)
        write("stations", ((f"ST{n:05}", f"{PLACES[n % 12]}服务站{n}", _region(n)) for n in range(stations)))
        write("buildings", (_building(n, stations) for n in range(houses)))
        write("enterprises", (_firm(n, houses, chance, codes, weights, clauses) for n in range(firms)))
        write("offers", (_offer(n, chance, codes, clauses) for n in range(0, firms, 2)))
        write("needs", (_need(n, chance, codes, clauses) for n in range(0, firms, 20)))
        write("deals", (_deal(n, firms, chance) for n in range(firms // 5)))


def registry(path: Path, firms: int, folder: Path) -> None:
    """The first `firms` rows of parquet files with name, code, reg_date, scope, address."""
    with rows(path) as write:
        write("enterprises", _registered(sorted(folder.glob("*.parquet")), firms))


class rows:  # noqa: N801 reads as a verb's object
    """A migrated database, and a function that inserts many tuples into one of its tables."""

    COLUMNS = {
        "stations": "station_id,name,region_code",
        "buildings": "building_id,name,region_code,latitude,longitude,station_id",
        "enterprises": "enterprise_id,code,name,name_key,industry_code,industry_inferred,scope,region_code,"
        "address,building_id,floor,founded_on,registered_capital_fen,employees,revenue_fen,certificates,"
        "listed,allows_invitations,status,contact_phone,station_id,version,updated_at",
        "offers": "offer_id,enterprise_id,title,text,industry_code,serves,updated_at",
        "needs": "need_id,enterprise_id,text,kind,published,state,understood,created_at,updated_at,version",
        "deals": "deal_id,buyer_id,seller_id,stage,updated_at",
    }

    def __init__(self, path: Path) -> None:
        engine_ = connect(f"sqlite:///{path}")
        migrate(engine_)
        engine_.dispose()
        self._database = sqlite3.connect(path)

    def __enter__(self) -> Callable[[str, Iterator[tuple[Any, ...]]], None]:
        for name in [
            row[0] for row in self._database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]:
            self._database.execute(f"DROP TRIGGER {name}")
        return self._write

    def __exit__(self, *_error: object) -> None:
        self._database.commit()
        self._database.close()

    def _write(self, table: str, values: Iterator[tuple[Any, ...]]) -> None:
        columns = self.COLUMNS[table]
        marks = ",".join("?" * len(columns.split(",")))
        self._database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


def _region(n: int) -> str:
    return f"3408{n % 8 + 1:02}{n % 40 + 1:03}"


def _building(n: int, stations: int) -> tuple[Any, ...]:
    return (
        f"B{n:06}",
        f"{PLACES[n % 12]}大厦{n}",
        _region(n),
        30.5 + n % 97 / 1000,
        117.0 + n % 89 / 1000,
        f"ST{n % stations:05}",
    )


def _firm(
    n: int,
    houses: int,
    chance: random.Random,
    codes: list[str],
    weights: list[float],
    clauses: dict[str, list[str]],
) -> tuple[Any, ...]:
    code = chance.choices(codes, weights)[0]
    scope = [
        *chance.sample(clauses[code], 4),
        *(chance.choice(clauses[other]) for other in chance.sample(codes, 3)),
    ]
    own = f"{chance.choice(PLACES)}{chance.choice(WORDS)}{chance.choice(WORDS)}{n}"
    house = int(chance.random() ** 1.5 * houses)
    name = f"{own}有限公司"
    founded = (date(1995, 1, 1) + timedelta(days=chance.randrange(10_000))).isoformat()
    people = int(chance.lognormvariate(2.5, 1.2)) + 1
    money = (chance.randrange(1, 500) * 1_000_000, people, people * chance.randrange(10, 90) * 1_000_000)
    phone = f"0556{chance.randrange(10**7):07}"
    head = (
        _id(n),
        None,
        name,
        name,
        code,
        0,
        "；".join(scope),
        _region(house),
        f"{house}号{n % 30}层",
        f"B{house:06}",
    )
    return (
        *head,
        str(n % 30 + 1),
        founded,
        *money,
        "[]",
        1,
        n % 3 == 0,
        "active",
        phone,
        None,
        1,
        "2026-11-01 00:00:00",
    )


def _offer(n: int, chance: random.Random, codes: list[str], clauses: dict[str, list[str]]) -> tuple[Any, ...]:
    code = chance.choice(codes)
    title, *more = chance.sample(clauses[code], 3)
    return (
        f"O{n:08}",
        _id(n),
        title,
        f"承接{more[0]}、{more[1]}，{chance.choice(PLACES)}一带当天上门",
        code,
        "[]",
        "2026-11-01 00:00:00",
    )


def _need(n: int, chance: random.Random, codes: list[str], clauses: dict[str, list[str]]) -> tuple[Any, ...]:
    wanted = chance.choice(clauses[chance.choice(codes)])
    text = f"公司{chance.randrange(10, 300)}人，想找一家做{wanted}的企业长期合作"
    moment = "2026-11-01 00:00:00"
    return (f"N{n:08}", _id(n), text, None, 1, "open", "{}", moment, moment, 1)


def _deal(n: int, firms: int, chance: random.Random) -> tuple[Any, ...]:
    return (
        f"D{n:08}",
        _id(chance.randrange(firms)),
        _id(chance.randrange(firms)),
        "signed",
        "2026-11-01 00:00:00",
    )


def _id(n: int) -> str:
    return f"E{n * 7919 % 100_000_007:09}"


def _registered(files: list[Path], most: int) -> Iterator[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    done = 0
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(AT_ONCE):
            for row in batch.to_pylist():
                if done == most:
                    return
                founded = (row["reg_date"] or "")[:10] or None
                name = row["name"] or f"{done}"
                head = (_id(done), None, name, name, None, 0, row["scope"], None, row["address"], None, None)
                yield (
                    *head,
                    founded,
                    None,
                    None,
                    None,
                    "[]",
                    1,
                    0,
                    "active",
                    None,
                    None,
                    1,
                    "2026-11-01 00:00:00",
                )
                done += 1


class Peak:
    """Resident memory of this process and its children, looked at ten times a second."""

    def __enter__(self) -> Peak:
        self.bytes, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        mine = psutil.Process()
        while not self._over.wait(0.1):
            total = 0
            for process in [mine, *mine.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.bytes = max(self.bytes, total)


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What `work` gives, and its wall and CPU seconds (with those of ended children) and peak memory."""
    wall, cpu = time.perf_counter(), _cpu()
    with Peak() as peak:
        found = work()
    used = {"wall": time.perf_counter() - wall, "cpu": _cpu() - cpu, "peak_mib": peak.bytes / 2**20}
    return found, {name: round(value, 3) for name, value in used.items()}


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in both)


def measured(database: Path, folder: Path, how: str) -> dict[str, Any]:
    """Compile and publish, verify, map: one size."""
    stages: dict[str, float] = {}
    begun = time.perf_counter()

    def note(stage: str, _done: int, _total: int, /) -> None:
        stages[stage] = round(time.perf_counter() - begun, 2)

    def work() -> str:
        made = connect(f"sqlite:///{database}")
        with sessions(reading(made))() as session, engine(how) as run:
            found = compile_snapshot(session, folder, NOW, note, run)
        made.dispose()
        snapshot.publish(folder, found, 1)
        return found

    snapshot_id, compiled = timed(work)
    _, verified = timed(lambda: snapshot.verify(folder / snapshot_id))
    _, opened = timed(lambda: snapshot.open_snapshot(folder / snapshot_id))
    size = sum(file.stat().st_size for file in (folder / snapshot_id).iterdir())
    return {
        "compile": compiled,
        "verify": verified,
        "map": opened,
        "mib": round(size / 2**20, 1),
        "reached": stages,
    }


def refreshed(database: Path, folder: Path) -> dict[str, Any]:
    """One firm changes its scope: a small snapshot is written, verified, opened, asked and published."""
    made = connect(f"sqlite:///{database}")
    base = snapshot.open_snapshot(max(entry for entry in folder.iterdir() if entry.is_dir()))
    changed = base.firms.ids[len(base.firms) // 2]
    with sessions(made).begin() as session:
        one = sa.update(Enterprise).where(Enterprise.enterprise_id == changed)
        session.execute(one.values(scope="无人机航测；职工食堂承包；办公室装修"))

    def work() -> str:
        with sessions(reading(made))() as session:
            changes = Changes(frozenset({changed}))
            later = NOW + timedelta(minutes=1)
            found = refresh(session, folder, base, changes, later, Limits(2_000))
        trust.verify_once(folder / found)
        check(snapshot.open_snapshot(folder / found), base, ASKED)
        snapshot.publish(folder, found, 2)
        return found

    trust.verify_once(folder / base.snapshot_id)
    found, used = timed(work)
    graph, opened = timed(lambda: snapshot.open_snapshot(folder / found))
    size = sum(file.stat().st_size for file in (folder / found).iterdir())
    position = graph.firms.position(changed)
    assert position is not None
    made.dispose()
    return {"refresh": used, "refresh_open": opened, "refresh_kib": round(size / 1024, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, nargs="+", default=[9_000])
    parser.add_argument("--registry", type=Path)
    parser.add_argument("--engine", default="processes:2")
    parser.add_argument("--keep", type=Path, help="where to keep the rows between runs")
    given = parser.parse_args()
    for firms in given.firms:
        work = Path(tempfile.mkdtemp(prefix="recompute-"))
        kind = "registry" if given.registry else "province"
        database = (given.keep or work) / f"{kind}-{firms}.db"
        if not database.exists():
            if given.registry:
                registry(database, firms, given.registry)
            else:
                province(database, firms)
        figures = measured(database, work / "snapshots", given.engine)
        figures |= refreshed(database, work / "snapshots")
        figures["us_a_firm"] = round(figures["compile"]["cpu"] / firms * 1e6, 1)
        print(json.dumps({"kind": kind, "firms": firms, "cores": os.cpu_count(), **figures}), flush=True)
        shutil.rmtree(work)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    sys.exit(main())
