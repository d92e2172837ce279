"""The unified social credit code (GB 32100-2015): shape, check characters, verdicts, suggestions.

Layout: 1 registering department, 2 kind of body, 3-8 district, 9-17 organisation code (GB 11714, with
a check of its own), 18 check character. Two true firms may carry codes whose last check fails, so a
failed check is a question to the station, not a refusal.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

from matcher.errors import InvalidInput

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, power, 31) for power in range(17))
_WEIGHED: Final = tuple({sign: value * w for sign, value in _VALUES.items()} for w in _WEIGHTS)
_INNER_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{2}}\d{{6}}[{ALPHABET}]{{10}}")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?E\+?\d+")
_ZEROS_FOR_DIGITS: Final = re.compile(r"\d{15}000(\.0+)?")
# The letters the standard leaves out because they look like digits.
_LOOKALIKES: Final = str.maketrans("IOSZ", "1052")


class CodeVerdict(StrEnum):
    """What a code is worth. Only the `REFUSED` ones stop a row; `HELD` ones are asked about."""

    OK = "ok"
    CHECK_FAILED_INNER_OK = "check_failed_inner_ok"
    CHECK_FAILED = "check_failed"
    BAD_SHAPE = "bad_shape"
    DIGITS_LOST = "digits_lost"
    OLD_15_DIGIT = "old_15_digit"


ACCEPTED: Final = frozenset({CodeVerdict.OK, CodeVerdict.CHECK_FAILED_INNER_OK})
HELD: Final = frozenset({CodeVerdict.CHECK_FAILED, CodeVerdict.OLD_15_DIGIT})
REFUSED: Final = frozenset({CodeVerdict.BAD_SHAPE, CodeVerdict.DIGITS_LOST})


def clean_code(text: str) -> str:
    """The code as it is kept: half-width capitals without spaces, hyphens or Excel's apostrophe."""
    return re.sub(r"[\s'’\-]+", "", unicodedata.normalize("NFKC", text)).upper()


def check_character(first_17: str) -> str:
    """The 18th character over the first 17. Raises KeyError for a character outside the alphabet."""
    if len(first_17) != len(_WEIGHED):
        raise ValueError(first_17)
    return ALPHABET[-sum(map(dict.__getitem__, _WEIGHED, first_17)) % 31]


def inner_check_character(first_8: str) -> str:
    """The 9th character of an organisation code over its first 8 (GB 11714)."""
    pairs = zip(first_8, _INNER_WEIGHTS, strict=True)
    rest = -sum(_INNER_ALPHABET.index(sign) * weight for sign, weight in pairs) % 11
    return "X" if rest == 10 else str(rest)


def code_verdict(code: str | int | float) -> CodeVerdict:
    """What a code is worth. A number is what a spreadsheet's numeric cell gives."""
    if isinstance(code, float):
        return _verdict_of_float(code)
    if isinstance(code, int) and _ZEROS_FOR_DIGITS.fullmatch(str(code)):
        return CodeVerdict.DIGITS_LOST  # a spreadsheet keeps 15 digits and fills up with zeros
    clean = clean_code(str(code))
    if _SHAPE.fullmatch(clean):
        return _verdict_of_shaped(clean)
    if _SCIENTIFIC.fullmatch(clean) or _ZEROS_FOR_DIGITS.fullmatch(clean):
        return CodeVerdict.DIGITS_LOST
    return CodeVerdict.OLD_15_DIGIT if _is_old(clean) else CodeVerdict.BAD_SHAPE


def _verdict_of_float(code: float) -> CodeVerdict:
    # Fifteen digits survive in a float, eighteen do not.
    if code.is_integer() and _is_old(str(int(code))):
        return CodeVerdict.OLD_15_DIGIT
    return CodeVerdict.DIGITS_LOST if code >= 1e15 else CodeVerdict.BAD_SHAPE


def _verdict_of_shaped(code: str) -> CodeVerdict:
    if check_character(code[:17]) == code[17]:
        return CodeVerdict.OK
    if _ZEROS_FOR_DIGITS.fullmatch(code):
        return CodeVerdict.DIGITS_LOST
    if inner_check_character(code[8:16]) == code[16]:
        return CodeVerdict.CHECK_FAILED_INNER_OK
    return CodeVerdict.CHECK_FAILED


def _is_old(code: str) -> bool:
    """A 15-digit registration number, or a 9-character organisation code with a right check."""
    if re.fullmatch(r"\d{15}", code):
        return True
    return bool(re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code)) and inner_check_character(code[:8]) == code[8]


def suggest_code(text: str) -> str | None:
    """The code with I, O, S, Z read as 1, 0, 5, 2, if that one is right; else None.

    Only a suggestion for the report: a person decides, the row is never changed by it.
    """
    clean = clean_code(text)
    read = clean.translate(_LOOKALIKES)
    return read if read != clean and code_verdict(read) is CodeVerdict.OK else None


@lru_cache(maxsize=4_096)
def is_sole_trader(code: str) -> bool:
    """Whether the code is a sole trader's (个体工商户), whose facts are a person's data.

    Codes of 18 begin with 92; old 15-digit registration numbers have 6 to 9 in the seventh place.
    """
    clean = clean_code(code)
    if re.fullmatch(r"\d{15}", clean):
        return clean[6] in "6789"
    return len(clean) == 18 and clean.startswith("92")


def district_of(code: str) -> str | None:
    """The six digits of the registering district (GB/T 2260), or None where the shape is wrong."""
    clean = clean_code(code)
    return clean[2:8] if _SHAPE.fullmatch(clean) else None


def make_code(district: str, serial: str, department: str = "9", kind: str = "1") -> str:
    """A code with both checks right: `district` six digits, `serial` eight characters.

    For invented enterprises and for tests. Raises InvalidInput ``facts.code_parts`` for other parts.
    """
    organisation = clean_code(serial)
    if not re.fullmatch(rf"[{ALPHABET}]{{8}}", organisation):
        raise InvalidInput("facts.code_parts", value=serial)
    first_17 = f"{department}{kind}{district}{organisation}{inner_check_character(organisation)}"
    if not _SHAPE.fullmatch(first_17 + "0"):
        raise InvalidInput("facts.code_parts", value=first_17)
    return first_17 + check_character(first_17)
