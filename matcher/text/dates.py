"""Days in a text, against a given today: 下周三, 12月底前, 三天内, by Friday. Weeks begin on Monday.

A deadline is the last day that still keeps it: 12月底前 is the 31st, 两个月内 the same day two months on.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from matcher.domain.need import Slot
from matcher.text.numbers import numeral

Match = re.Match[str]

# ruff: noqa: E501  (one rule a line reads best)
_NUMBER: Final = "[0-9]{1,3}|[一二两三四五六七八九十半]{1,3}"
_BEFORE: Final = r"(?: ?(?P<by>之前|以前|前|之内|以内|内|截止|到期))?"
_WEEKDAYS: Final = {character: place for place, character in enumerate("一二三四五六")} | {
    "日": 6,
    "天": 6,
    "末": 6,
}
_ENGLISH_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENGLISH_MONTHS: Final = tuple(calendar.month_name[month].lower() for month in range(1, 13))
_NEAR_DAYS: Final = {
    "今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "today": 0, "tomorrow": 1,
}  # fmt: skip
_FEASTS: Final = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一前": (10, 1)}
# The first day of the lunar year (GB/T 33661-2017 calendar); what is wanted 年前 is wanted before it.
_SPRING_FESTIVALS: Final = {
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23),
    2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28),
}  # fmt: skip
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PAST: Final = re.compile(r"(?:起|成立|以来|注册|创办|开业至今|至今)")
_FARTHEST_YEARS: Final = 20


def deadlines(text: str, today: date) -> list[Slot]:
    """Slots named deadline, in order; the surest ones say 前, 内 or by. Days long past are left out."""
    found = [slot for pattern, resolve in _RULES for slot in _matched(pattern, resolve, text, today)]
    return _without_overlaps(found)


def _matched(
    pattern: re.Pattern[str], resolve: Callable[[Match, date], date | None], text: str, today: date
) -> Iterator[Slot]:
    for match in pattern.finditer(text):
        try:
            day = resolve(match, today)
        except (ValueError, OverflowError):  # 2月30日, or a count beyond the calendar
            continue
        if day is None or _PAST.match(text, match.end()) or not _is_near(day, today):
            continue
        confidence = 0.9 if match.groupdict().get("by") else 0.7
        yield Slot("deadline", day, confidence, match.start(), match.end())


def _is_near(day: date, today: date) -> bool:
    return today - timedelta(days=7) <= day <= today + timedelta(days=366 * _FARTHEST_YEARS)


def _without_overlaps(slots: list[Slot]) -> list[Slot]:
    kept: list[Slot] = []
    for slot in sorted(slots, key=lambda slot: (slot.start, -slot.end)):
        if not kept or slot.start >= kept[-1].end:
            kept.append(slot)
    return kept


def _full(match: Match, _today: date) -> date:
    return date(int(match["year"]), int(match["month"]), int(match["day"]))


def _month_day(match: Match, today: date) -> date | None:
    month, day = _count(match["month"]), _count(match["day"])
    if month is None or day is None:
        return None
    return _next_such(today, month, day)


def _next_such(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _month_part(match: Match, today: date) -> date | None:
    month = _count(match["month"])
    if month is None or not 1 <= month <= 12:
        return None
    year = int(match["year"]) if match["year"] else today.year + (month < today.month)
    return _part(year, month, match["part"], bool(match["by"]))


def _relative_month(match: Match, today: date) -> date:
    month = _months_on(today, match["which"].count("下"))
    is_before = bool(match["by"]) and "内" not in match["by"]
    return _part(month.year, month.month, match["part"], is_before)


def _day_of_month(match: Match, today: date) -> date | None:
    """15号之前, 下个月15号: of the month named, else the next such day."""
    day = _count(match["day"])
    if day is None:
        return None
    month = _months_on(today.replace(day=1), match["which"].count("下"))
    if not match["which"] and day < today.day:
        month = _months_on(month, 1)
    return date(month.year, month.month, day)


def _quarter(match: Match, today: date) -> date:
    month = 3 * _QUARTERS[match["quarter"]]
    passed = month < today.month
    year = today.year + (match["year"] == "明年" or (passed and not match["year"]))
    return date(year, month, calendar.monthrange(year, month)[1])


def _spring_festival(_match: Match, today: date) -> date | None:
    """The day before the next one; None beyond the table."""
    feasts = (date(year, *day) for year, day in _SPRING_FESTIVALS.items())
    return next((feast - timedelta(days=1) for feast in feasts if feast > today), None)


def _working_days_on(today: date, count: int) -> date:
    """So many days from Monday to Friday on; holidays are not known here."""
    weeks, rest = divmod(count, 5)
    day = today + timedelta(days=7 * weeks)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < 5
    return day - timedelta(days=max(0, day.weekday() - 4)) if day.weekday() > 4 else day


def _part(year: int, month: int, part: str, before: bool) -> date:
    """初 ends on the 10th, 中旬 on the 20th, 底 with the month; 12月前 alone ends the day before it."""
    if part in ("初", "上旬"):
        return date(year, month, 10)
    if part in ("中", "中旬"):
        return date(year, month, 20)
    if not part and before:
        return date(year, month, 1) - timedelta(days=1)
    return date(year, month, calendar.monthrange(year, month)[1])


def _weekday(match: Match, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=7 * match["which"].count("下") + _WEEKDAYS[match["day"]])
    return day if match["which"] or day >= today else day + timedelta(days=7)


def _whole_week(match: Match, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(days=7 * match["which"].count("下") + 6)


def _within(match: Match, today: date) -> date | None:
    number, unit = _count(match["number"]), match["unit"]
    if match["number"] == "半":
        return {"年": _months_on(today, 6)}.get(unit, today + timedelta(days=15) if "月" in unit else None)
    if number is None:
        return None
    if "月" in unit:
        return _months_on(today, number)
    if unit == "年":
        return _months_on(today, 12 * number)
    if "工作日" in unit:
        return _working_days_on(today, number)
    if "小时" in unit:
        return today + timedelta(days=-(-number // 24))
    weeks = unit in ("周", "个星期", "星期", "个礼拜", "礼拜")
    return today + timedelta(days=number * 7 if weeks else number)


def _near_day(match: Match, today: date) -> date:
    return today + timedelta(days=_NEAR_DAYS[match["word"].lower()])


def _year_end(match: Match, today: date) -> date:
    return date(today.year + (match["word"] in ("明年底", "明年内", "明年年底")), 12, 31)


def _feast(match: Match, today: date) -> date:
    return _next_such(today, *_FEASTS[match["word"]]) - timedelta(days=1)


def _english_day(match: Match, today: date) -> date:
    day = _ENGLISH_DAYS.index(match["day"].lower())
    monday = today - timedelta(days=today.weekday())
    if _which(match) == "next":
        return monday + timedelta(days=7 + day)
    return today + timedelta(days=(day - today.weekday()) % 7)


def _english_within(match: Match, today: date) -> date:
    number, unit = int(match["number"]), match["unit"].lower()
    if unit == "month":
        return _months_on(today, number)
    return today + timedelta(days=number * (7 if unit == "week" else 1))


def _english_end(match: Match, today: date) -> date:
    if match["unit"].lower() == "year":
        return date(today.year, 12, 31)
    month = _months_on(today, int(_which(match) == "next"))
    return _part(month.year, month.month, "底", before=True)


def _english_date(match: Match, today: date) -> date | None:
    month = _ENGLISH_MONTHS.index(match["month"].lower()) + 1
    if not (match["before"] or match["after"]):
        return _english_month(match, today, month)
    day = int(match["before"] or match["after"])
    return date(int(match["year"]), month, day) if match["year"] else _next_such(today, month, day)


def _english_month(match: Match, today: date, month: int) -> date | None:
    """in December: until its end; before December: the day before it. May alone may be a verb."""
    if not match["by"] and not match["year"]:
        return None
    year = int(match["year"]) if match["year"] else today.year + (month < today.month)
    return _part(year, month, "", match["by"] is not None and match["by"].strip().lower() in ("before", "by"))


def _which(match: Match) -> str:
    which = match["which"]
    return "" if which is None else which.lower().strip()


def _count(word: str) -> int | None:
    figure = numeral(word)
    return None if figure is None or figure.low != int(figure.low) else int(figure.low)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_MONTH_NAMES: Final = "|".join(_ENGLISH_MONTHS)
_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[Match, date], date | None]], ...]] = (
    (
        re.compile(
            r"(?<!\d)(?P<year>20\d\d)(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})(?:日|号)?"
            + _BEFORE
        ),
        _full,
    ),
    (re.compile(rf"(?<!\d)(?P<month>{_NUMBER})月(?P<day>{_NUMBER})(?:日|号)" + _BEFORE), _month_day),
    (
        re.compile(
            rf"(?:(?P<year>20\d\d)年)?(?<!\d)(?P<month>{_NUMBER})月份?(?P<part>底|末|初|上旬|中旬|下旬|中(?!国))"
            + _BEFORE
        ),
        _month_part,
    ),
    (
        re.compile(rf"(?P<year>)(?<!\d)(?P<month>{_NUMBER})月份?(?P<part>)(?P<by>之前|以前|前|之内|以内|内)"),
        _month_part,
    ),
    (
        re.compile(r"(?P<which>下下个?|下个?|本|这个?|当)月(?P<part>底|末|初|上旬|中旬|下旬|中|)" + _BEFORE),
        _relative_month,
    ),
    (re.compile(r"(?P<which>)(?<![个0-9一二三四五六七八九十])月(?P<part>底|末)" + _BEFORE), _relative_month),
    (
        re.compile(
            r"(?P<which>下下个?|下个?|本|这个?|)(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])(?!年|期)"
            + _BEFORE
        ),
        _weekday,
    ),
    (
        re.compile(r"(?P<which>下下|下|本|这)个?(?:周|星期|礼拜)(?![一二三四五六日天末])" + _BEFORE),
        _whole_week,
    ),
    (
        re.compile(
            rf"(?P<number>{_NUMBER})(?P<unit>天|日|周|个?星期|个?礼拜|个?工作日|个?月|年|个?小时)(?P<by>之内|以内|内)"
        ),
        _within,
    ),
    (
        re.compile(
            r"(?P<word>大后天|后天|明天|明日|今天|今日|今晚|\btoday\b|\btomorrow\b)" + _BEFORE, re.IGNORECASE
        ),
        _near_day,
    ),
    (
        re.compile(
            r"(?P<word>明年年底|明年底|明年内|今年年底|今年底|今年内|本年度|年底|年末|年内)(?P<by>之前|前|以前|)"
        ),
        _year_end,
    ),
    (
        re.compile(
            r"(?:春节|过年|新年|除夕)(?P<by>之前|以前|前)|(?<![0-9一二两三四五六七八九十多几半去近今明])年前(?!年)"
            r"|\bbefore (?:the )?(?:spring festival|chinese new year)\b",
            re.IGNORECASE,
        ),
        _spring_festival,
    ),
    (
        re.compile(r"(?P<year>明年|今年|)(?:的|第)?(?P<quarter>[一二三四1-4])季度(?:结束|末|底)?" + _BEFORE),
        _quarter,
    ),
    (
        re.compile(rf"(?P<which>下个?|本|这个?|当)月(?P<day>{_NUMBER})(?:日|号)" + _BEFORE),
        _day_of_month,
    ),
    (
        re.compile(
            rf"(?P<which>)(?<![0-9月一二三四五六七八九十])(?P<day>{_NUMBER})(?:日|号)(?P<by>之前|以前|前|截止|到期)"
        ),
        _day_of_month,
    ),
    (
        re.compile(
            r"(?<![0-9.,/¥])(?P<month>1[0-2]|0?[1-9])[./](?P<day>[0-3]?[0-9])(?P<by>之前|以前|前|截止)"
        ),
        _month_day,
    ),
    (re.compile(r"(?P<word>元旦|五一|劳动节|国庆|十一前)节?(?P<by>之前|以前|前|)"), _feast),
    (
        re.compile(
            rf"\b(?P<by>by |before )?(?P<which>next |this )?(?P<day>{'|'.join(_ENGLISH_DAYS)})\b",
            re.IGNORECASE,
        ),
        _english_day,
    ),
    (
        re.compile(r"\b(?P<by>within|in) (?P<number>\d{1,3}) (?P<unit>day|week|month)s?\b", re.IGNORECASE),
        _english_within,
    ),
    (
        re.compile(
            r"\b(?P<by>by |before )?(?:the )?end of (?:the |(?P<which>this|next) )?(?P<unit>month|year)\b",
            re.IGNORECASE,
        ),
        _english_end,
    ),
    (
        re.compile(
            rf"\b(?P<by>by |before |until |in |end of )?(?:(?P<before>\d{{1,2}}) )?(?P<month>{_MONTH_NAMES})(?: (?P<after>\d{{1,2}}))?"
            r"(?:,? (?P<year>20\d\d))?\b",
            re.IGNORECASE,
        ),
        _english_date,
    ),
)
