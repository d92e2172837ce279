"""A product's text read into a draft for its owner to confirm; nothing is stored."""

from __future__ import annotations

from matcher.domain.access import Actor, require
from matcher.domain.product.draft import ProductDraft
from matcher.text.products.reader import read_product


def draft(actor: Actor, text: str) -> ProductDraft:
    """What a text says of conditions and terms. Raises InvalidInput for one that cannot be read."""
    require(actor, "products.write")
    return read_product(text)
