"""Base rounds of cyclic designs, found by annealing on repeated differences and checked by the tests.

(tables, seats) -> (order, base rounds). Persons 0..order-1 are one orbit, the next `order` another, and so
on; those who are left stay fixed. Turn t of a base round adds t to every moving person within its orbit.
5-3, 7-3 are Kirkman triple systems of 15 and 21, 6-3, 8-3, 10-3 nearly Kirkman ones of 18, 24, 30; 7-4 is a
resolvable design of 28 (Colbourn and Dinitz, Handbook of Combinatorial Designs, 2nd ed., II.7, IV.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STARTERS: Final[Mapping[tuple[int, int], tuple[int, str]]] = {
    (5, 3): (7, "3 6 13,0 1 9,2 4 8,7 11 12,5 10 14"),
    (6, 3): (4, ("4 12 16,3 6 7,2 10 11,5 8 14,0 1 15,9 13 17/3 4 10,1 11 16,0 6 17,2 14 15,5 9 12,7 8 13")),
    (6, 4): (7, "8 9 13 20,1 2 6 10,4 7 15 21,3 16 18 19,5 11 17 22,0 12 14 23"),
    (6, 5): (6, "2 8 19 23 24,4 6 14 18 27,3 5 12 21 29,0 7 11 17 25,1 10 13 15 20,9 16 22 26 28"),
    (7, 3): (
        5,
        (
            "4 12 14,0 2 11,3 16 19,8 10 15,6 7 17,1 5 18,9 13 20"
            "/3 6 8,12 15 16,2 17 20,9 10 14,5 13 19,4 11 18,0 1 7"
        ),
    ),
    (7, 4): (9, "7 11 19 27,6 8 13 23,9 22 24 25,2 10 14 17,3 12 21 26,0 1 4 20,5 15 16 18"),
    (8, 3): (11, "6 10 19,2 12 17,11 13 21,1 15 23,4 5 7,3 9 14,0 18 22,8 16 20"),
    (9, 3): (13, "1 8 18,4 20 24,7 9 10,3 12 14,5 17 23,6 11 19,0 22 26,2 16 21,13 15 25"),
    (10, 3): (14, "3 12 27,0 8 14,7 11 23,5 22 24,9 16 29,10 18 21,1 2 4,6 15 19,20 25 26,13 17 28"),
}

# 8-4: a resolvable design of 32 points in groups of 2, 10 rounds, the most there can be (first by Aguado,
# 2004). Persons p and q lie in one orbit of eight where p // 8 == q // 8; three bits move them within it.
# A base round is "moves that keep it : tables", the other moves turn it into the other rounds.
FOLDED: Final[Mapping[tuple[int, int], tuple[int, str]]] = {
    (8, 4): (
        8,
        (
            "1 2 4:0 8 16 24/1 2 4:0 10 23 29/1 2 4:0 1 20 21,8 14 26 28"
            "/1 2 4:0 2 4 6,8 9 12 13,16 19 21 22,24 25 26 27"
            "/2 5:0 9 19 26,1 15 16 30/2 5:0 13 22 27,1 4 24 29,9 11 21 23"
            "/3 4:0 11 18 30,1 2 13 14,16 20 27 31"
        ),
    ),
}
