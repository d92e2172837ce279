"""Phone numbers, identity numbers and bank cards in free text become stars; nothing else does.

Disguises are seen through by reading the text as digits with little between them: blanks, dots, dashes,
brackets, full-width and circled digits, Chinese numerals, the letters o and l, zero-width characters.
A social credit code is public and never masked. One pass and fixed windows: linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

_CHINESE_DIGITS: Final = {
    character: digit
    for digit, characters in enumerate(
        ("零〇", "一幺壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_LETTER_DIGITS: Final = {"o": 0, "O": 0, "l": 1, "I": 1}
_BETWEEN: Final = frozenset(
    " \t\u3000-–—−_.·•・,，、。/\\|~()（）[]【】<>《》*+:：#\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3"
)
_FARTHEST: Final = 4  # characters between two digits of one number
_LEAST_TRUE_DIGITS: Final = 7  # of a number in which letters stand for digits
_CREDIT_CODE: Final = re.compile(
    r"(?<![0-9A-Za-z])[159Y][1-59][0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}(?![0-9A-Za-z])"
)
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CHAT_NAME: Final = re.compile(
    r"((?:微信|QQ|qq|[Vv][Xx]|[Ww][Xx])(?:号 ?[:：]?|[:：]) ?)([A-Za-z0-9][-_A-Za-z0-9]{4,19})"
)
_MONEY_AFTER: Final = re.compile(r" ?(?:万|亿|元|块|人民币|yuan|rmb)")
_CARD_LENGTHS: Final = (19, 18, 17, 16)
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class _Digit(NamedTuple):
    """A character of the text that reads as a digit (10 is the X that ends an identity number)."""

    place: int
    value: int
    letter: bool


def mask(text: str) -> str:
    """The text with every digit of a private number as a star; as long as before."""
    characters = list(text)
    for place in _private_places(text):
        characters[place] = "*"
    return "".join(characters)


def is_credit_code(code: str) -> bool:
    """Whether the 18 characters carry the check character of GB 32100-2015."""
    if len(code) != 18 or any(character not in _CREDIT_ALPHABET for character in code):
        return False
    total = sum(_CREDIT_ALPHABET.index(code[place]) * pow(3, place, 31) for place in range(17))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17]


def _private_places(text: str) -> Iterator[int]:
    public = _public_places(text)
    for found in _CHAT_NAME.finditer(text):
        yield from range(*found.span(2))
    for run in _runs(text, public):
        yield from _places_in_run(run, text)


def _public_places(text: str) -> set[int]:
    """Places of social credit codes. One of digits only must carry a right check character."""
    public: set[int] = set()
    for found in _CREDIT_CODE.finditer(text):
        code = found.group()
        if is_credit_code(code) or not code[:17].isdigit():
            public.update(range(*found.span()))
    return public


def _runs(text: str, public: set[int]) -> Iterator[list[_Digit]]:
    """Digits with nothing but a few separators between them."""
    run: list[_Digit] = []
    for place, character in enumerate(text):
        value = None if place in public else _value(character)
        if value is not None:
            if run and place - run[-1].place > _FARTHEST + 1:
                yield run
                run = []
            run.append(_Digit(place, value, character in _LETTER_DIGITS))
        elif character not in _BETWEEN and run:
            yield run
            run = []
    if run:
        yield run


@lru_cache(maxsize=4096)
def _value(character: str) -> int | None:
    if character in "xX":
        return 10
    known = _CHINESE_DIGITS.get(character, _LETTER_DIGITS.get(character))
    return known if known is not None else unicodedata.digit(character, None)


def _places_in_run(run: list[_Digit], text: str) -> Iterator[int]:
    start = 0
    while start < len(run):
        length = _private_length(run, start, text) if _starts_number(run, start) else 0
        yield from (digit.place for digit in run[start : start + length])
        start += max(1, length)


def _starts_number(run: list[_Digit], start: int) -> bool:
    return start == 0 or run[start].place - run[start - 1].place > 1


def _ends_number(run: list[_Digit], end: int) -> bool:
    return end == len(run) or run[end].place - run[end - 1].place > 1


def _private_length(run: list[_Digit], start: int, text: str) -> int:
    """How many digits from `start` make a private number; 0 for none."""
    for length, is_private in _SHAPES:
        end = start + length
        if end > len(run) or not _ends_number(run, end):
            continue
        digits = run[start:end]
        true_digits = sum(not digit.letter for digit in digits)
        if true_digits < _LEAST_TRUE_DIGITS or _MONEY_AFTER.match(text, digits[-1].place + 1):
            continue
        if is_private([digit.value for digit in digits]):
            return length
    return 0


def _is_identity(values: list[int]) -> bool:
    if 10 in values[:17] or not (values[0] in range(1, 10) and _is_birthday(values[6:14])):
        return False
    total = sum(value * weight for value, weight in zip(values, _ID_WEIGHTS, strict=False))
    is_right = (12 - total % 11) % 11 == values[17]
    return is_right or values[0] != 9


def _is_birthday(values: list[int]) -> bool:
    year, month, day = _number(values[:4]), _number(values[4:6]), _number(values[6:8])
    return 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31


def _number(values: list[int]) -> int:
    return int("".join(map(str, values)))


def _is_mobile(values: list[int]) -> bool:
    return 10 not in values and values[0] == 1 and values[1] >= 3


def _is_prefixed_mobile(values: list[int]) -> bool:
    prefix, mobile = values[:-11], values[-11:]
    return prefix in ([8, 6], [0, 8, 6], [0, 0, 8, 6], [0]) and _is_mobile(mobile)


def _is_landline(values: list[int]) -> bool:
    return 10 not in values and values[0] == 0 and 1 <= values[1] <= 9


def _is_card(values: list[int]) -> bool:
    """Luhn's check over a number that begins as cards do."""
    if 10 in values or not 3 <= values[0] <= 6:
        return False
    doubled = [value * 2 - 9 * (value > 4) for value in values[-2::-2]]
    return (sum(doubled) + sum(values[-1::-2])) % 10 == 0


_SHAPES: Final = (
    *((length, _is_card) for length in _CARD_LENGTHS if length != 18),
    (18, _is_identity),
    (18, _is_card),
    (15, _is_prefixed_mobile),
    (14, _is_prefixed_mobile),
    (13, _is_prefixed_mobile),
    (12, _is_prefixed_mobile),
    (11, _is_mobile),
    (12, _is_landline),
    (11, _is_landline),
    (10, _is_landline),
)
