"""Reading one cell: text as it is typed in Chinese offices -> a value, or a BadValueError that says why.

A cell is what the file gives: text from CSV, also numbers and dates from spreadsheets and JSON.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from matcher.domain import industry, place
from matcher.domain.enterprise import EnterpriseStatus, TaxGrade, read_status, read_tax_grade
from matcher.domain.product import Quantifier
from matcher.services.imports.money import read_money
from matcher.services.imports.problems import BadValueError

LONGEST_CELL: Final = 32_767
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?")
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_ZONE: Final = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_YES: Final = frozenset({"1", "true", "yes", "y", "t", "是", "有", "对", "公开"})
_NO: Final = frozenset({"0", "false", "no", "n", "f", "否", "无", "不", "不公开"})
_DEEPEST: Final = 8  # groups of criteria within groups
_BETWEEN_WORDS: Final = re.compile(r"[;；、|\n]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What an export puts before a cell that a spreadsheet would run; taken off again here.
_GUARDED: Final = re.compile(r"'(?='*[=+\-@\t\r\n＝＋－＠])")
FIRST_SERIAL, LAST_SERIAL = 61, 109_574  # 1 March 1900 (after the leap day that never was) to 2199


def plain(cell: object) -> str:
    """The cell as trimmed text; a whole number without ``.0``."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = cell if isinstance(cell, str) else str(cell)
    if text.startswith("'") and isinstance(cell, str):
        text = _GUARDED.sub("", text, count=1)
    return text.strip(" \t\r\n\u3000\ufeff\u00a0")


def narrow(cell: object) -> str:
    """The cell as trimmed half-width text: ``１２３`` and ``，`` as they are typed in figures."""
    return unicodedata.normalize("NFKC", plain(cell))


def read_text(cell: object) -> str:
    """Text as it stands. Control characters are refused: PostgreSQL cannot keep all of them."""
    text = plain(cell)
    if len(text) > LONGEST_CELL:
        raise BadValueError("too_long", longest=LONGEST_CELL)
    if _CONTROL.search(text):
        raise BadValueError("control_character")
    return text


def read_number(cell: object) -> float:
    """A number, full-width digits and thousands commas allowed."""
    try:
        value = Decimal(narrow(cell).replace(",", ""))
    except InvalidOperation:
        raise BadValueError("not_a_number") from None
    if not value.is_finite():
        raise BadValueError("not_a_number")
    return float(value)


def read_whole(cell: object) -> int:
    """A whole number from 0 on; a closing 人, 年 or 个 is a unit that adds nothing."""
    number = read_number(re.sub(r"(人|名|年|个)$", "", narrow(cell)))
    if not number.is_integer() or number < 0:
        raise BadValueError("not_a_whole_number")
    return int(number)


def read_day(cell: object) -> date:
    """A day: 2026-11-22, 2026/11/22, 2026年11月22日 or the serial number of a spreadsheet."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return _day_of_text(narrow(cell))


@lru_cache(maxsize=16_384)
def _day_of_text(text: str) -> date:
    head = re.split(r"[T ]", text, maxsplit=1)[0]
    found = _DAY.fullmatch(head)
    compact = _COMPACT_DAY.fullmatch(head)
    if found:
        year, *months, day = found.groups()
        month = next(month for month in months if month is not None)
    elif compact:
        year, month, day = compact.groups()
    elif re.fullmatch(r"\d{2,6}(\.\d+)?", text):
        return _day_of_serial(int(float(text)))
    else:
        raise BadValueError("not_a_day")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise BadValueError("no_such_day") from None


def _day_of_serial(serial: int) -> date:
    # Years alone ("1998") and two-digit years must not pass as serials of 1905 or 1900.
    if not FIRST_SERIAL <= serial <= LAST_SERIAL or 1900 <= serial <= 2199:
        raise BadValueError("not_a_day")
    return date(1899, 12, 30) + timedelta(days=serial)


def read_moment(cell: object) -> datetime:
    """A moment; without a zone it is Beijing time, without a clock the day's beginning."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=SHANGHAI)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), SHANGHAI)
    text = narrow(cell)
    if _ZONE.search(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise BadValueError("not_a_moment") from None
    head, *tail = re.split(r"[T ]+", text, maxsplit=1)
    return datetime.combine(_day_of_text(head), _read_clock(tail[0]) if tail else time(), SHANGHAI)


def _read_clock(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise BadValueError("not_a_moment")
    try:
        hour, minute, second = (int(part) for part in found.groups(default="0"))
        return time(hour, minute, second)
    except ValueError:
        raise BadValueError("not_a_moment") from None


def read_flag(cell: object) -> bool:
    """Yes or no: 是/否, 1/0, true/false, yes/no."""
    text = narrow(cell).lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise BadValueError("not_a_flag")


def read_words(cell: object) -> list[str]:
    """Words between semicolons or 、, each once."""
    parts = cell if isinstance(cell, list) else _BETWEEN_WORDS.split(read_text(cell))
    return list(dict.fromkeys(word for word in (read_text(part) for part in parts) if word))


@lru_cache(maxsize=8_192)
def _industry_of_text(text: str) -> str:
    code = industry.normalize(text) or industry.by_name(text)
    if code is None:
        near = "、".join(f"{f.industry.code} {f.industry.name}" for f in industry.search(text, 3))
        raise BadValueError("unknown_industry" if near else "unknown_industry_nothing_near", near=near)
    return code


def read_industry(cell: object) -> str:
    """An industry code of GB/T 4754-2017 from a code or a name; unknown names are answered with near ones."""
    if isinstance(cell, int | float) and len(narrow(cell)) < len("0111"):
        raise BadValueError("industry_zero_lost")
    return _industry_of_text(plain(cell))


@lru_cache(maxsize=8_192)
def _region_of_text(text: str) -> str:
    found = place.region(text) if text.isdigit() else place.find(text)
    if found is None:
        raise BadValueError("unknown_region")
    return found.code


def read_region(cell: object) -> str:
    """A region's code from a code or from words such as an address."""
    return _region_of_text(narrow(cell))


def read_regions(cell: object) -> list[str]:
    """Codes of several regions."""
    return [read_region(word) for word in read_words(cell)]


def read_register_status(cell: object) -> EnterpriseStatus:
    """The state in the register, in its many wordings."""
    status = read_status(plain(cell))
    if status is None:
        raise BadValueError("unknown_status")
    return status


def read_grade(cell: object) -> TaxGrade:
    """A tax credit grade."""
    grade = read_tax_grade(plain(cell))
    if grade is None:
        raise BadValueError("unknown_grade")
    return grade


def read_choice(cell: object, choices: Mapping[str, tuple[str, ...]]) -> str:
    """One of few values, or one of the words that mean it."""
    text = narrow(cell).lower()
    for value, words in choices.items():
        if text == value or text in words:
            return value
    raise BadValueError("not_a_choice", allowed=", ".join(f"{v} ({w[0]})" for v, w in choices.items()))


def read_criteria(cell: object) -> list[dict[str, Any]]:
    """A product's criteria: a list of objects with field, operator and value, or that list as JSON text."""
    import json

    try:
        listed = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        raise BadValueError("not_criteria") from None
    if not isinstance(listed, list) or not all(_is_criterion(item) for item in listed):
        raise BadValueError("not_criteria")
    return [_plain_json(item) for item in listed]


def read_object(cell: object) -> dict[str, Any]:
    """An object, or one as JSON text, as an export writes it."""
    import json

    try:
        found = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        raise BadValueError("not_an_object") from None
    if not isinstance(found, dict):
        raise BadValueError("not_an_object")
    plain_object: dict[str, Any] = _plain_json(found)
    return plain_object


def _is_criterion(item: object, depth: int = 0) -> bool:
    """A criterion, or a group of them as export writes it: {"any_of": [...]}."""
    if not isinstance(item, dict) or depth > _DEEPEST:
        return False
    grouped = [item[name] for name in Quantifier if name in item]
    if not grouped:
        return {"field", "operator", "value"} <= item.keys()
    return all(
        isinstance(one, list) and all(_is_criterion(each, depth + 1) for each in one) for one in grouped
    )


def _plain_json(value: Any) -> Any:
    """YAML reads days as dates; rows keep them as ISO text."""
    if isinstance(value, dict):
        return {str(key): _plain_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": read_text,
    "number": read_number,
    "whole": read_whole,
    "day": read_day,
    "moment": read_moment,
    "flag": read_flag,
    "words": read_words,
    "industry": read_industry,
    "region": read_region,
    "regions": read_regions,
    "status": read_register_status,
    "grade": read_grade,
    "criteria": read_criteria,
    "object": read_object,
    # References are text here; references.py looks them up a chunk at a time.
    "code": read_text,
    "enterprise": read_text,
    "station": read_text,
    "building": read_text,
    "need": read_text,
}

__all__ = ["READERS", "narrow", "plain", "read_choice", "read_money", "read_text"]
