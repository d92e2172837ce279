"""Signs that a supplier answers a question, read from past needs up to a day. One line of `_FOUND` a sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from matcher.graph.table import Array
from matcher.recommend.past.memory import Memory
from matcher.recommend.past.need import PastNeed

MEMORY_DAYS: Final = 90.0  # a past need counts 1/e after so long
_FEW: Final = 3.0  # companions or past needs below which a share says little
_TINY: Final = 1e-9
_SHARP: Final = 3  # power of a similarity: near needs count, many far ones do not


@dataclass(frozen=True, eq=False)
class View:
    """Questions over the part of a memory that they may read: `rows` of it, as of the day `until`."""

    memory: Memory
    questions: Sequence[PastNeed]
    rows: Array
    until: int

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The questions' rows in each space."""
        return self.memory.spaces.of(self.questions)

    def near(self, space: str) -> Array:
        """float64 (questions, rows): cosines."""
        mine, theirs = self.asked[space], self.memory.spaces.rows[space]
        found: Array = (mine @ theirs[self.rows].T).toarray()
        return found

    @cached_property
    def text(self) -> Array:
        """By characters."""
        return self.near("text")

    @cached_property
    def words(self) -> Array:
        """By words."""
        return self.near("words")

    @cached_property
    def title(self) -> Array:
        """By title."""
        return self.near("title")

    @cached_property
    def buyer(self) -> Array:
        """By the buyer's name."""
        return self.near("buyer")

    @cached_property
    def place(self) -> Array:
        """By the place's name."""
        return self.near("place")

    @cached_property
    def fresh(self) -> Array:
        """float64 (rows,): 1 for a need of today, 1/e after MEMORY_DAYS."""
        return np.exp(-(self.until - self.memory.days[self.rows]) / MEMORY_DAYS)

    @cached_property
    def ones(self) -> Array:
        """A need counts one, whatever it says."""
        return np.ones((len(self.questions), len(self.rows)))

    @cached_property
    def won(self) -> Any:
        """CSR (rows, suppliers)."""
        return self.memory.won[self.rows]

    @cached_property
    def bid(self) -> Any:
        """CSR (rows, suppliers)."""
        return self.memory.bid[self.rows]

    @cached_property
    def either(self) -> Any:
        """CSR (rows, suppliers)."""
        return self.won + self.bid

    @cached_property
    def shares(self) -> Any:
        """CSR (questions, rows): how much each past need speaks for the question; rows sum to 1."""
        import scipy.sparse as sp

        weight = (0.5 * self.words + 0.5 * self.text) ** _SHARP
        return sp.csr_matrix(weight / (weight.sum(axis=1, keepdims=True) + _TINY))


_SUMMED: Final[dict[str, Callable[[View], Array]]] = {
    "text": lambda view: view.text**_SHARP,
    "text_sharp": lambda view: view.text ** (2 * _SHARP),
    "words": lambda view: view.words**2,
    "title": lambda view: view.title**_SHARP,
    "same_buyer": lambda view: (view.buyer > 1 - 1e-6).astype(float),
    "buyer": lambda view: view.buyer**2,
    "place": lambda view: view.place**2,
    "buyer_words": lambda view: view.buyer * view.words,
    "place_words": lambda view: view.place * view.words,
    "count": lambda view: view.ones,
    "fresh_count": lambda view: view.ones * view.fresh,
    "fresh_words": lambda view: view.words * view.fresh,
}
_NEAREST: Final[dict[str, Callable[[View], Array]]] = {
    "nearest_text": lambda view: view.text,
    "nearest_words": lambda view: view.words,
    "nearest_title": lambda view: view.title,
    "nearest_buyer": lambda view: view.buyer,
    "nearest_place": lambda view: view.place,
}


def signs(view: View) -> dict[str, Array]:
    """Every sign by name, float64 (questions, suppliers) each, 0 and more."""
    found: dict[str, Array] = {}
    for role, pairs in (("won", view.won), ("bid", view.bid)):
        for name, values in _SUMMED.items():
            found[f"{name}_{role}"] = _dense((pairs.T @ values(view).T).T)
        for name, values in _NEAREST.items():
            found[f"{name}_{role}"] = nearest(values(view), pairs)
    return found | _by_name(view) | _by_record(view) | _by_company(view)


def _by_name(view: View) -> dict[str, Array]:
    """What the supplier is called against what is asked, who asks, and where."""
    spaces, asked = view.memory.spaces, view.asked
    return {
        "name_title": _dense(asked["title"] @ spaces.names_by_title.T),
        "name_buyer": _dense(asked["buyer"] @ spaces.names_by_party.T),
        "name_place": _dense(asked["place"] @ spaces.names_by_party.T),
    }


def _by_record(view: View) -> dict[str, Array]:
    """The question against all a supplier did, and against what such suppliers are called and hold."""
    rows, spaces, either = view.rows, view.memory.spaces, view.won + 0.5 * view.bid
    names = unit(view.shares @ either @ spaces.names)
    held = unit(view.shares @ spaces.rows["credentials"][rows])
    return {
        "record_words": _dense(view.asked["words"] @ unit(either.T @ spaces.rows["words"][rows]).T),
        "record_title": _dense(view.asked["title"] @ unit(either.T @ spaces.rows["title"][rows]).T),
        "credentials": _dense(held @ unit(view.won.T @ spaces.rows["credentials"][rows]).T),
        "like_names": _dense(names @ spaces.names.T),
    }


def _by_company(view: View) -> dict[str, Array]:
    """Who bids where those bid who are found directly; and how much of all a supplier does is like this."""
    import scipy.sparse as sp

    direct = _dense((view.either.T @ ((0.5 * view.words + 0.5 * view.text) ** 2).T).T)
    company = (view.either.T @ view.either).tocsr().astype(float)
    company = company - sp.diags(company.diagonal())
    degree = np.asarray(company.sum(axis=1)).ravel() + _FEW
    company = sp.diags(1.0 / degree) @ company
    done = np.asarray(view.either.sum(axis=0)).ravel()
    return {
        "company": _dense((company.T @ direct.T).T),
        "companions": _dense((company @ direct.T).T),
        "share_like_this": direct / (done + _FEW),
    }


def unit(matrix: Any) -> Any:
    """CSR with rows of length 1; empty rows stay empty."""
    from sklearn.preprocessing import normalize

    return normalize(matrix.tocsr())


def nearest(values: Array, pairs: Any) -> Array:
    """The largest value of any past need of each supplier, 0 for one that has none."""
    found = np.zeros((values.shape[0], pairs.shape[1]))
    columns = pairs.tocsc()
    used = np.flatnonzero(np.diff(columns.indptr))
    if len(used):
        found[:, used] = np.maximum.reduceat(values[:, columns.indices], columns.indptr[used], axis=1)
    return found


def _dense(matrix: Any) -> Array:
    return matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)
