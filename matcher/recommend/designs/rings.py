"""Arithmetic in which differences can be divided by: finite fields, and products of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ring:
    """`add` and `times` are tables (q, q) over 0..q-1; any two of `apart` differ by a unit."""

    add: Ints
    times: Ints
    apart: tuple[int, ...]


@lru_cache(maxsize=64)
def ring(order: int) -> Ring:
    """The product of the fields whose orders are the prime powers in `order`, which is >= 2.

    `apart` is as large as the smallest of them. Lidl and Niederreiter, Finite Fields, 2nd ed., chapter 1.
    """
    factors = _prime_powers(order)
    fields = [_field(prime, power) for prime, power in factors]
    orders = [prime**power for prime, power in factors]
    tuples = list(product(*(range(one) for one in orders)))
    number = {digits: place for place, digits in enumerate(tuples)}

    def table(which: int) -> Ints:
        return np.asarray(
            [
                [
                    number[tuple(int(f[which][x, y]) for f, x, y in zip(fields, a, b, strict=True))]
                    for b in tuples
                ]
                for a in tuples
            ],
            dtype=np.int64,
        )

    apart = tuple(number[(one,) * len(orders)] for one in range(min(orders)))
    return Ring(table(0), table(1), apart)


def _prime_powers(order: int) -> list[tuple[int, int]]:
    found, prime = [], 2
    while order > 1:
        power = 0
        while order % prime == 0:
            order //= prime
            power += 1
        if power:
            found.append((prime, power))
        prime += 1
    return found


def _field(prime: int, power: int) -> tuple[Ints, Ints]:
    """Addition and multiplication of GF(prime^power); elements are digits to the base `prime`."""
    order = prime**power
    digits = [tuple(number // prime**place % prime for place in range(power)) for number in range(order)]
    add = [
        [_number([(x + y) % prime for x, y in zip(a, b, strict=True)], prime) for b in digits] for a in digits
    ]
    for lower in digits:
        times = [[_number(_times(a, b, lower, prime), prime) for b in digits] for a in digits]
        # The remainder ring is a field just if no product of two others than 0 is 0.
        if all(value for row in times[1:] for value in row[1:]):
            return np.asarray(add), np.asarray(times)
    raise ArithmeticError("every degree has an irreducible polynomial")


def _times(a: tuple[int, ...], b: tuple[int, ...], lower: tuple[int, ...], prime: int) -> list[int]:
    """The product modulo x^n - lower(x)."""
    n = len(a)
    found = [0] * (2 * n)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    for place in range(2 * n - 1, n - 1, -1):
        for j, y in enumerate(lower):
            found[place - n + j] += found[place] * y
        found[place] = 0
    return [value % prime for value in found[:n]]


def _number(digits: list[int], prime: int) -> int:
    return sum(digit * prime**place for place, digit in enumerate(digits))
