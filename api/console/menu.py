"""The menu: the pages grouped the way an officer works, from collecting a need to setting the place up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import request, url_for

from matcher.domain.access import Actor, may

# Who sees no more pages than these sees them side by side, without groups.
FEW: Final = 6


@dataclass(frozen=True)
class Entry:
    """A page of the menu: endpoint, catalogue key of its name, action that opens it."""

    endpoint: str
    name: str
    action: str


@dataclass(frozen=True)
class Group:
    """Pages that belong to one step of the work, under one name."""

    name: str
    pages: tuple[Entry, ...]

    @property
    def endpoint(self) -> str:
        """Where the group's own name leads: its first page."""
        return self.pages[0].endpoint


# A new page adds a line here.
MENU: Final = (
    Group(
        "console.menu.collect",
        (
            Entry("console.own_page", "own.title", "own.read"),
            Entry("console.new_need", "console.menu.new_need", "needs.create"),
            Entry("console.visits_page", "visits.page.menu", "visits.write"),
        ),
    ),
    Group(
        "console.menu.pair",
        (
            Entry("console.needs_list", "console.menu.needs", "needs.read"),
            Entry("console.shared_needs", "console.menu.shared", "groups.read"),
        ),
    ),
    Group(
        "console.menu.close",
        (
            Entry("console.cases_list", "cases.menu.cases", "needs.read"),
            Entry("console.figures_page", "cases.menu.figures", "figures.read"),
            Entry("console.handovers_page", "cases.handover.title", "handovers.write"),
            Entry("console.stations_page", "cases.menu.stations", "terms.write"),
        ),
    ),
    Group("console.menu.firms", (Entry("console.files", "console.menu.files", "enterprises.read"),)),
    Group("console.menu.events", (Entry("console.events_list", "console.menu.events", "events.read"),)),
    Group(
        "console.menu.resources",
        (
            Entry("console.products_list", "console.menu.products", "products.write"),
            Entry("console.take_up_queue", "take_ups.title", "take_ups.decide"),
            Entry("console.risk_page", "risk.title", "risk.own"),
            Entry("console.portfolio_page", "portfolio.title", "portfolio.plan"),
            Entry("console.spaces_list", "spaces.list", "spaces.let"),
            Entry("console.questions_page", "questions.menu", "questions.read"),
        ),
    ),
    Group(
        "console.menu.set_up",
        (
            Entry("console.towers_page", "visits.page.towers", "towers.write"),
            Entry("console.buildings_page", "console.menu.buildings", "buildings.write"),
            Entry("console.imports_page", "console.menu.imports", "imports.write"),
            Entry("console.held_page", "console.held.title", "imports.read"),
            Entry("console.take_list", "console.menu.take", "exports.read"),
            Entry("console.operations_page", "console.menu.operations", "operations.read"),
        ),
    ),
)


def menu(actor: Actor) -> tuple[Group, ...]:
    """The groups with the pages that this actor may open; a page a group where they are few."""
    open_to = tuple(Group(group.name, _open(group, actor)) for group in MENU)
    pages = [page for group in open_to for page in group.pages]
    if len(pages) <= FEW:
        return tuple(Group(page.name, (page,)) for page in pages)
    return tuple(group for group in open_to if group.pages)


def page_of(groups: tuple[Group, ...]) -> str | None:
    """The endpoint under which the present page lies: the longest address that it begins with."""
    addresses = [(url_for(page.endpoint), page.endpoint) for group in groups for page in group.pages]
    above = [(address, endpoint) for address, endpoint in addresses if _lies_under(address)]
    return max(above, default=("", None), key=lambda one: len(one[0]))[1]


def _open(group: Group, actor: Actor) -> tuple[Entry, ...]:
    return tuple(page for page in group.pages if may(actor, page.action))


def _lies_under(address: str) -> bool:
    return f"{request.path}/".startswith(f"{address}/")
