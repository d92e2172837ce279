"""The district put together: who is there, in which order, and written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from jobs.demo import casework, dealing, files, gatherings, needing, offering, people, products, stories
from jobs.demo.chance import Chance
from jobs.demo.firms import Firm, Founder, Plan
from jobs.demo.places import HOUSES, MAIN, SECOND, SECOND_HOUSE, STREET, TOWERS, House, stations
from jobs.demo.summary import DemoAccount, Summary
from jobs.demo.trades import MAKING, Trade, trades
from jobs.demo.trades import STREET as STREET_TRADES
from matcher.domain.access import Role
from matcher.storage.db import Base, sessions

MAIN_FIRMS: Final = 320
SECOND_FIRMS: Final = 25
# Makers and wholesalers sit in the cheaper towers.
_TOWER_WEIGHTS: Final = {True: (2, 4, 4), False: (5, 4, 3)}


@dataclass
class District:
    """The rows, the cast, and who is planted: `roles` and `needs` as in Summary."""

    firms: list[Firm]
    rows: list[Base] = field(default_factory=list)
    cast: dict[str, Firm] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)


def populate(engine: sa.Engine, seed: int, now: datetime) -> Summary:
    """Write the demo district into an empty, migrated database, in one transaction of a few seconds.

    The same `seed` and `now` give the same rows. Accounts are not made: the summary names them.
    """
    district = draw(seed, now)
    write(engine, district.rows)
    return Summary(
        counts=dict(Counter(row.__tablename__ for row in district.rows)),
        roles=district.roles,
        needs=district.needs,
        accounts=_accounts(district),
    )


def write(engine: sa.Engine, rows: Sequence[Base]) -> None:
    """Write new rows of any tables in one transaction, what others refer to first."""
    with sessions(engine).begin() as session:
        for group in _written_together(rows):
            session.add_all(group)
            session.flush()


def draw(seed: int, now: datetime) -> District:
    """The district as rows that no database has seen. The same arguments give the same rows."""
    chance = Chance(seed)
    district = _firms(chance, now)
    # Casework has a chance of its own, so that the rest stays as it was drawn.
    _fill(district, (chance, Chance(seed + 1)), now)
    return district


def _firms(chance: Chance, now: datetime) -> District:
    """All firms in a drawn order: a planted firm may carry any number."""
    founder = Founder(chance, now)
    firms = [founder.found(plan) for plan in _plans(chance)]
    cast = {firm.role: firm for firm in firms if firm.role is not None}
    stories.settle(cast, chance)
    roles = {role: cast[role].identifier for role in stories.roles()}
    return District(firms, cast=cast, roles=roles)


def _plans(chance: Chance) -> list[Plan]:
    planted: list[tuple[Trade, House, str | None]] = [
        (trades()[trade], house, role) for role, (trade, house) in stories.cast(chance).items()
    ]
    pool = [trade for trade in trades().values() for _ in range(trade.count)]
    drawn = chance.some(pool, MAIN_FIRMS - len(planted))
    main = chance.shuffled([*planted, *((trade, _house(chance, trade), None) for trade in drawn)])
    second = [(trade, SECOND_HOUSE, None) for trade in chance.some(pool, SECOND_FIRMS)]
    return [
        Plan(f"{station}{number:04d}", trade, house, role)
        for station, firms in ((MAIN, main), (SECOND, second))
        for number, (trade, house, role) in enumerate(firms, 1)
    ]


def _house(chance: Chance, trade: Trade) -> House:
    if trade.file == STREET_TRADES:
        return STREET if chance.happens(0.85) else chance.one(TOWERS)
    return chance.weighted(TOWERS, _TOWER_WEIGHTS[trade.file == MAKING])


def _fill(district: District, chances: tuple[Chance, Chance], now: datetime) -> None:
    """All rows beside the firms'."""
    firms, cast = district.firms, district.cast
    chance, aside = chances
    related = dealing.relations(chance, firms)
    planted = needing.planted(chance, cast, now)
    casework.freshen(aside, list(planted.values()), now)
    said = needing.needs(chance, firms, now)
    needs = needing.numbered([*(one.row for one in said), *planted.values()])
    deals = [*dealing.deals(chance, firms, now), *dealing.concluded(chance, said, firms, now)]
    ledgers = casework.ledgers(aside, needs, deals, list(planted.values()), now)
    goods, loans = products.products(chance, now)
    classes, graduates = people.talents(chance, now)
    planned = gatherings.events(now)
    district.roles |= loans | graduates
    district.rows += [*stations(), *(house.row() for house in HOUSES), *(firm.row for firm in firms)]
    district.rows += [*related, *offering.offers(chance, firms, now), *needs]
    district.rows += [*dealing.numbered(deals), *goods, *classes, *planned]
    district.rows += people.openings(chance, firms, cast, now)
    district.rows += gatherings.attendances(chance, firms, planned)
    district.rows += gatherings.consents(chance, firms, cast["modular_maker"], now)
    district.rows += ledgers
    district.rows += files.led_to(aside, needs, deals)
    answering = dealing.answering(said, firms)
    district.rows += files.files(files.Desk(aside, now, firms), needs, related, answering)
    district.needs = {role: row.need_id for role, row in planted.items()}


def _written_together(rows: Sequence[Base]) -> list[list[Base]]:
    """The rows by table, tables in the order of their foreign keys."""
    groups: dict[str, list[Base]] = {table.name: [] for table in Base.metadata.sorted_tables}
    for row in rows:
        groups[row.__tablename__].append(row)
    return list(groups.values())


def _accounts(district: District) -> tuple[DemoAccount, ...]:
    return (
        DemoAccount("officer", Role.OFFICER, MAIN),
        DemoAccount("officer-liudu", Role.OFFICER, SECOND),
        DemoAccount("bank", Role.BANK, gatherings.BANK),
        DemoAccount("organizer", Role.ORGANIZER, gatherings.ORGANIZER),
        DemoAccount("administrator", Role.ADMINISTRATOR, ""),
        DemoAccount("firm", Role.ENTERPRISE, district.roles["modular_maker"]),
    )
