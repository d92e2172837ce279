"""The three kinds of products with criteria."""

from __future__ import annotations

from enum import StrEnum


class ProductKind(StrEnum):
    """A bank's loan, a public policy, a space to let."""

    LOAN = "loan"
    POLICY = "policy"
    SPACE = "space"
