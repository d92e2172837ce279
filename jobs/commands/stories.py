"""qianxian stories [FILE...]: a clerk's own stories, played against criteria."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from jobs.spoken import Spoken, language
from jobs.wiring import wire
from matcher.domain.product import Node, parse_criteria
from matcher.errors import InvalidInput
from matcher.messages import say
from matcher.services import product_stories
from matcher.services.asked import today
from matcher.services.product_stories import StoryView


@click.command(cls=Spoken)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--product", "product_id", metavar="PRODUCT_ID")
def stories(files: tuple[Path, ...], product_id: str | None) -> int:
    """Plays stories in the trade's words. Ends with 1 where one comes out otherwise than told.

    A file holds stories (with --product), or criteria and stories together. Without files the stories of
    every stored product are played, or of the one named.
    """
    wiring = wire()
    day = today(wiring.clock())
    stored = _stored(product_id)
    if not files:
        played = {title: product_stories.run(criteria, text, day) for title, criteria, text in stored if text}
    else:
        known = stored[0][1] if product_id is not None else None
        played = {str(path): _of_file(path, known, day) for path in files}
    return _told(played)


def _stored(product_id: str | None) -> list[tuple[str, tuple[Node, ...], str | None]]:
    import sqlalchemy as sa

    from matcher.storage.products import Product

    statement = sa.select(Product).order_by(Product.product_id)
    if product_id is not None:
        statement = statement.where(Product.product_id == product_id)
    with wire().views() as session:
        rows = session.scalars(statement).all()
        if product_id is not None and not rows:
            raise InvalidInput("products.no_such_product", value=product_id)
        return [(f"{row.product_id} {row.title}", parse_criteria(row.criteria), row.stories) for row in rows]


def _of_file(path: Path, known: tuple[Node, ...] | None, day: date) -> tuple[StoryView, ...]:
    import yaml

    text = path.read_text(encoding="utf-8-sig")
    if known is not None:
        return product_stories.run(known, text, day)
    try:
        document: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput("products.stories_unreadable", detail=str(error)[:300]) from None
    if not isinstance(document, dict) or not {"criteria", "stories"} <= set(document):
        raise InvalidInput("products.stories_file", file=str(path))
    criteria = parse_criteria(document["criteria"])
    return product_stories.run_all(criteria, product_stories.stories(document["stories"]), day)


def _told(played: dict[str, tuple[StoryView, ...]]) -> int:
    for title, views in played.items():
        click.echo(title)
        for view in views:
            click.echo(f"  {'✓' if view.agrees else '✗'} {view.title}: {view.sentence[language()]}")
    failed = sum(not view.agrees for views in played.values() for view in views)
    count = sum(len(views) for views in played.values())
    click.echo(say("products.story.sum", language(), count=count, failed=failed))
    return 1 if failed else 0
