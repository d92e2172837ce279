"""How an import opens transactions: many short ones, or all within a caller's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.storage.transactions import Transactions

Opener = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Store:
    """``with store.writing() as session`` is one transaction; ``reading`` takes no write lock.

    `rest` is called after each of a row of writing transactions: there others get to write.
    """

    reading: Opener
    writing: Opener
    rest: Callable[[], None] = lambda: None

    @classmethod
    def of(cls, transactions: Transactions, rest: Callable[[], None] = lambda: None) -> Store:
        """Short transactions of its own."""
        return cls(transactions.reading, transactions.writing.begin, rest)

    @classmethod
    def within(cls, session: Session) -> Store:
        """Everything in the caller's transaction, for small files."""
        return cls(lambda: nullcontext(session), lambda: nullcontext(session))
