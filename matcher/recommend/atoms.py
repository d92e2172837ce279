"""The distinct conditions of many products over byte codes.

The conditions on one field cut its values into classes within which each gives one answer: a number's
class is its place among the thresholds, a word's is the set of conditions it meets. A firm's class fits
a byte, and a condition is a table of 256 answers. Equal conditions of several products are one atom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import Criterion, Node, Operator
from matcher.recommend.eligibility import meets, numbers_compared, threshold
from matcher.recommend.firm_facts import FirmColumns, Numbers, Words

UNKNOWN: Final = 255
_MOST_CLASSES: Final = 254

Codes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coded:
    """Some conditions on one field. `codes` (firms,) are classes, UNKNOWN where the fact is missing;
    `tables[i]` (256,) says for each class whether `atoms[i]` is failed there (1) or not (0; also UNKNOWN).
    """

    field: str
    codes: Codes
    atoms: tuple[Criterion, ...]
    tables: NDArray[np.uint8]


def atom(criterion: Criterion) -> Criterion:
    """The condition alone, without its dates and source: what two products may share."""
    return replace(criterion, valid_from=None, valid_until=None, source="")


def atoms_of(nodes: Iterable[Node]) -> Iterator[Criterion]:
    """All conditions under the nodes, whether in force or not."""
    for node in nodes:
        if isinstance(node, Criterion):
            yield atom(node)
        else:
            yield from atoms_of(node.members)


def coded(columns: FirmColumns, field: str, atoms: Sequence[Criterion]) -> list[Coded]:
    """The atoms of one field; more than one part where a byte cannot tell all their classes apart.

    Costs one pass over the firms a part, and for words one look at each word an atom.
    """
    column = columns.column(field)
    parts = _numbered(column, atoms) if isinstance(column, Numbers) else _worded(column, atoms)
    if parts is None:
        middle = len(atoms) // 2
        return coded(columns, field, atoms[:middle]) + coded(columns, field, atoms[middle:])
    codes, fails = parts
    tables = np.zeros((len(atoms), 256), dtype=np.uint8)
    tables[:, : fails.shape[1]] = fails
    return [Coded(field, codes, tuple(atoms), tables)]


Parts: TypeAlias = tuple[Codes, NDArray[np.bool_]]


def _numbered(column: Numbers, atoms: Sequence[Criterion]) -> Parts | None:
    cuts = np.unique([cut for one in atoms for cut in _cuts(one)])
    if len(cuts) >= _MOST_CLASSES:
        return None
    # A class is [cut, next cut): its lowest value answers for all of it.
    lowest = np.concatenate([[-np.inf], cuts])
    fails = np.array([numbers_compared(one, lowest).no for one in atoms])
    codes = np.searchsorted(cuts, column.values, side="right").astype(np.uint8)
    codes[np.isnan(column.values)] = UNKNOWN
    return codes, fails


def _cuts(criterion: Criterion) -> list[float]:
    """From which values on the answer changes."""
    if isinstance(criterion.value, frozenset):
        equal = [replace(criterion, operator=Operator.EQUAL, value=word) for word in criterion.value]
        return [cut for one in equal for cut in _cuts(one)]
    at = threshold(criterion)
    after = float(np.nextafter(at, np.inf))
    return {Operator.AT_LEAST: [at], Operator.BELOW: [at], Operator.EQUAL: [at, after]}.get(
        criterion.operator, [after]
    )


def _worded(column: Words, atoms: Sequence[Criterion]) -> Parts | None:
    fails = np.array([~meets(one, column.words) for one in atoms]).reshape(len(atoms), len(column.words))
    classes, place = np.unique(fails, axis=1, return_inverse=True)
    if classes.shape[1] > _MOST_CLASSES:
        return None
    # One place more, for the unknown: code -1 reads the last.
    code_of = np.append(place.reshape(-1), UNKNOWN).astype(np.uint8)
    return code_of[column.codes], classes
