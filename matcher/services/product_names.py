"""What owners of products and buildings are called, for those who show them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.storage.enterprises import Building, Station
from matcher.storage.products import Product


def grantees(session: Session) -> dict[str, str]:
    """Banks and offices that a consent can be given to: their scope and name."""
    query = sa.select(Product.owner, sa.func.min(Product.owner_name)).group_by(Product.owner)
    rows = session.execute(query.order_by(Product.owner))
    return {row[0]: row[1] for row in rows}


def building_names(session: Session) -> dict[str, str]:
    """All buildings by id, for criteria that name one."""
    rows = session.execute(sa.select(Building.building_id, Building.name).order_by(Building.name))
    return {row[0]: row[1] for row in rows}


def own_buildings(session: Session, actor: Actor) -> dict[str, str]:
    """The buildings of an officer's station by id: those it may let rooms in."""
    if actor.role is not Role.OFFICER:
        return {}
    mine = sa.select(Building.building_id, Building.name).where(Building.station_id == actor.scope)
    return {row[0]: row[1] for row in session.execute(mine.order_by(Building.name))}


def owner_name(session: Session, actor: Actor) -> str:
    """As on its other products, else the station's name, else the scope itself."""
    known = grantees(session).get(actor.scope)
    if known is not None:
        return known
    station = session.get(Station, actor.scope) if actor.role is Role.OFFICER else None
    return actor.scope if station is None else station.name
