"""The same question put to others: three-valued criteria, eligible firms and near misses of each product.

Each peer gives (eligible, near misses) a product, so that agreement is seen; OpenFisca has no missing values
and gets the easier question without them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bench.eligibility_world import Province
from matcher.domain.product import Criterion, Node, Operator
from matcher.recommend.eligibility import judge, meets, threshold
from matcher.recommend.firm_facts import Numbers, Words

Products = Mapping[str, Sequence[Node]]
Counts = dict[str, tuple[int, int]]
SIGNS = {
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.BELOW: "<",
    Operator.EQUAL: "=",
}


def numpy(world: Province, products: Products) -> Counts:
    """The plain evaluation that is the oracle in the tests."""
    found = {}
    for name, nodes in products.items():
        judged = judge(nodes, world)  # type: ignore[arg-type]
        found[name] = (int(judged.mask.yes.sum()), int(judged.near_miss.sum()))
    return found


def lean_numpy(world: Province, products: Products) -> Counts:
    """What a careful person writes by hand: a pass for known, one for met, counts in bytes."""
    known = {
        name: ~np.isnan(c.values) if isinstance(c, Numbers) else c.codes >= 0
        for name, c in world.made.items()
    }
    found = {}
    for name, nodes in products.items():
        failed, unknown = np.zeros(len(world), np.uint8), np.zeros(len(world), np.bool_)
        for one in nodes:
            failed += known[one.field] & ~_met(world, one)  # type: ignore[union-attr]
            unknown |= ~known[one.field]  # type: ignore[union-attr]
        found[name] = (int(((failed == 0) & ~unknown).sum()), int((failed == 1).sum()))
    return found


def _met(world: Province, one: Node) -> Any:
    assert isinstance(one, Criterion)
    column = world.made[one.field]
    if isinstance(column, Words):
        return np.append(meets(one, column.words), False)[column.codes]
    if isinstance(one.value, frozenset):
        return np.isin(column.values, _places(one))
    compare = {">=": np.greater_equal, "<=": np.less_equal, ">": np.greater, "<": np.less, "=": np.equal}
    return compare[SIGNS[one.operator]](column.values, threshold(one))


def _places(one: Criterion) -> list[float]:
    from matcher.domain.product import field

    return [float(field(one.field).grades.index(word)) for word in one.value]  # type: ignore[union-attr]


def _table(world: Province) -> dict[str, Any]:
    return {
        name: column.values if isinstance(column, Numbers) else column.codes.astype(np.float64)
        for name, column in world.made.items()
    }


def _wanted(world: Province, one: Criterion) -> list[float]:
    column = world.made[one.field]
    if isinstance(column, Words):
        return np.flatnonzero(meets(one, column.words)).astype(float).tolist()
    return _places(one)


def polars(world: Province, products: Products) -> Counts:
    """One select with two sums a product."""
    import polars as pl

    frame = pl.DataFrame(_table(world)).with_columns(pl.all().fill_nan(None))
    frame = frame.with_columns(pl.when(pl.col("industry") >= 0).then(pl.col("industry")).alias("industry"))
    sums = []
    for name, nodes in products.items():
        met = [_polars(world, one) for one in nodes]
        failed = pl.sum_horizontal([(~one).fill_null(False).cast(pl.UInt8) for one in met])
        unknown = pl.any_horizontal([one.is_null() for one in met])
        sums.append(((failed == 0) & ~unknown).sum().alias(f"{name} yes"))
        sums.append((failed == 1).sum().alias(f"{name} near"))
    row = frame.select(sums).row(0, named=True)
    return {name: (int(row[f"{name} yes"]), int(row[f"{name} near"])) for name in products}


def _polars(world: Province, one: Any) -> Any:
    import polars as pl

    column = pl.col(one.field)
    if isinstance(one.value, frozenset):
        return column.is_in(_wanted(world, one))
    value = threshold(one)
    return {">=": column >= value, "<=": column <= value, ">": column > value, "<": column < value}[
        SIGNS[one.operator]
    ]


def _sql(world: Province, products: Products) -> Iterator[str]:
    for nodes in products.values():
        met = [_sql_of(world, one) for one in nodes]
        failed = " + ".join(f"coalesce(({one}) = false, false)::int" for one in met)
        known = " and ".join(f"({one}) is not null" for one in met)
        counts = "count(*) filter (where f = 0 and k), count(*) filter (where f = 1)"
        yield f"select {counts} from (select {failed} as f, {known} as k from firms)"


def _sql_of(world: Province, one: Any) -> str:
    if isinstance(one.value, frozenset):
        return f"{one.field} in ({', '.join(map(str, _wanted(world, one)))})"
    return f"{one.field} {SIGNS[one.operator]} {threshold(one)}"


def duckdb(world: Province, products: Products) -> Counts:
    """SQL over a table in memory, one thread."""
    import duckdb as engine
    import pyarrow as pa

    columns = {name: pa.array(v, mask=np.isnan(v) | (v < 0)) for name, v in _table(world).items()}
    firms = pa.table(columns)
    connection = engine.connect(config={"threads": 1})
    connection.register("arrow_firms", firms)
    connection.execute("create table firms as select * from arrow_firms")
    told = [connection.execute(text).fetchone() for text in _sql(world, products)]
    return {name: (row[0], row[1]) for name, row in zip(products, told, strict=True)}


def sqlite(world: Province, products: Products) -> Counts:
    """SQL over a table in memory."""
    connection = sqlite3.connect(":memory:")
    table = _table(world)
    connection.execute(f"create table firms ({', '.join(f'{name} real' for name in table)})")
    rows = zip(
        *([None if np.isnan(v) or v < 0 else float(v) for v in values] for values in table.values()),
        strict=True,
    )
    connection.executemany(f"insert into firms values ({', '.join('?' * len(table))})", rows)
    texts = (text.replace("::int", "").replace("= false, false", "= 0, 0") for text in _sql(world, products))
    told = [connection.execute(text).fetchone() for text in texts]
    return {name: (row[0], row[1]) for name, row in zip(products, told, strict=True)}


def openfisca(world: Province, products: Products) -> Counts:
    """Vectorised formulas of OpenFisca-Core, to which unknown facts are 0, so that its counts differ."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    firm = build_entity("firm", "firms", "", is_person=True)
    system, month = TaxBenefitSystem([firm]), DateUnit.MONTH
    base = {"entity": firm, "definition_period": month, "value_type": float}
    for field in world.made:
        system.add_variable(type(field, (Variable,), dict(base)))
    for name, nodes in products.items():
        system.add_variable(
            type(
                name.replace("-", "_"),
                (Variable,),
                {**base, "value_type": int, "formula": _formula(world, nodes)},
            )
        )
    simulation = SimulationBuilder().build_default_simulation(system, len(world))
    for field, values in _table(world).items():
        simulation.set_input(field, "2026-11", np.nan_to_num(values).astype(np.float32))
    found = {}
    for name in products:
        failed = simulation.calculate(name.replace("-", "_"), "2026-11")
        found[name] = (int((failed == 0).sum()), int((failed == 1).sum()))
    return found


def _formula(world: Province, nodes: Sequence[Node]) -> Callable[..., Any]:
    def formula(firms: Any, period: Any) -> Any:
        failed = 0
        for one in nodes:
            values = firms(one.field, period)  # type: ignore[union-attr]
            if isinstance(one.value, frozenset):  # type: ignore[union-attr]
                failed = failed + ~np.isin(values, _wanted(world, one))  # type: ignore[arg-type]
            else:
                sign, limit = SIGNS[one.operator], threshold(one)  # type: ignore[union-attr, arg-type]
                failed = failed + ~(values >= limit if sign == ">=" else values <= limit)
        return failed

    return formula


def cel(world: Province, products: Products) -> Counts:
    """cel-python, one program a criterion, row by row."""
    import celpy

    environment = celpy.Environment()
    programs = {
        name: [environment.program(environment.compile(_cel(world, one))) for one in nodes]
        for name, nodes in products.items()
    }
    return _row_by_row(
        world, products, lambda name, place, row: bool(programs[name][place].evaluate(celpy.json_to_cel(row)))
    )


def _cel(world: Province, one: Any) -> str:
    if isinstance(one.value, frozenset):
        return f"{one.field} in [{', '.join(map(str, _wanted(world, one)))}]"
    return f"{one.field} {SIGNS[one.operator]} {threshold(one)}"


def json_logic(world: Province, products: Products) -> Counts:
    """json-logic-qubit, one rule a criterion, row by row."""
    from json_logic import jsonLogic

    rules = {name: [_rule(world, one) for one in nodes] for name, nodes in products.items()}
    return _row_by_row(world, products, lambda name, place, row: bool(jsonLogic(rules[name][place], row)))


def _rule(world: Province, one: Any) -> dict[str, Any]:
    if isinstance(one.value, frozenset):
        return {"in": [{"var": one.field}, _wanted(world, one)]}
    return {SIGNS[one.operator]: [{"var": one.field}, threshold(one)]}


def _row_by_row(
    world: Province, products: Products, met: Callable[[str, int, dict[str, float]], bool]
) -> Counts:
    table = _table(world)
    found = {name: [0, 0] for name in products}
    for firm in range(len(world)):
        row = {name: float(values[firm]) for name, values in table.items()}
        for name, nodes in products.items():
            failed = unknown = 0
            for place, one in enumerate(nodes):
                value = row[one.field]  # type: ignore[union-attr]
                if np.isnan(value) or value < 0:
                    unknown += 1
                else:
                    failed += not met(name, place, row)
            found[name][0] += failed == 0 and unknown == 0
            found[name][1] += failed == 1
    return {name: (yes, near) for name, (yes, near) in found.items()}
