"""Conflicts of a plan told to people: guests by the names that the reader may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from matcher.errors import InvalidInput

_GUESTS: Final = ("who", "others")  # parameters of a refusal that name guests by id


@contextmanager
def by_name(names: Mapping[str, str]) -> Iterator[None]:
    """Within, a refusal's guests are named as in `names`; who is not there stays an identifier."""
    try:
        yield
    except InvalidInput as refused:
        told: dict[str, object] = dict(refused.params)
        for key in _GUESTS:
            if key in told:
                told[key] = _named(str(told[key]), names)
        raise InvalidInput(refused.reason, **told) from refused


def _named(listed: str, names: Mapping[str, str]) -> str:
    return "、".join(names.get(one, one) for one in listed.split("、"))
