"""What a product's text offers: the limit, the longest term, the rate, the last day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from matcher.domain.product.draft import Terms
from matcher.text.amounts import amounts
from matcher.text.numbers import RUN, numeral

_WORDS: Final = re.compile(
    r"额度|期限|利率|年化|最高可?[贷至达为]|最长|限额|补贴|奖励|给予|资助|截止|截至|有效期"
)
_LIMIT: Final = re.compile(r"额度|最高|限额|上限|不超过|补贴|奖励|给予|资助|up to", re.IGNORECASE)
_TERM: Final = re.compile(
    rf"(?:期限|最长)[^,，。;\d一二两三四五六七八九十]{{0,10}}(?P<n>{RUN}) ?(?P<unit>年|个月)"
)
_RATE: Final = re.compile(r"(?:利率|年化|LPR)[^,，。;%\d]{0,12}(?P<rate>\d{1,2}(?:\.\d{1,4})?) ?%")
_UNTIL: Final = re.compile(
    r"(?:截止|截至|有效期[^,，。;\d]{0,4}至|申报时间[^。;]{0,16}至)[^,，。;\d]{0,6}(?P<y>\d{4})[年/.-](?P<m>\d{1,2})[月/.-](?P<d>\d{1,2})"
)


def states_terms(clause: str) -> bool:
    """Whether a clause speaks of what is offered rather than of who may have it."""
    return _WORDS.search(clause) is not None


def offers(clause: str) -> bool:
    """Whether a clause among the conditions really offers something: a limit, a term, a rate, a day."""
    return terms_of([clause]) != Terms()


def terms_of(sentences: Iterable[str]) -> Terms:
    """The terms in these sentences: the highest limit, the longest term, the first rate and last day."""
    said = list(sentences)
    limits = [amount.high_fen / 100 for one in said if _LIMIT.search(one) for amount in amounts(one)]
    months = [month for one in said for match in _TERM.finditer(one) if (month := _months(match)) is not None]
    rates = [round(float(match["rate"]) / 100, 8) for one in said for match in _RATE.finditer(one)]
    days = [day for one in said for match in _UNTIL.finditer(one) if (day := _day(match)) is not None]
    return Terms(
        max(limits, default=None), max(months, default=None), next(iter(rates), None), next(iter(days), None)
    )


def _months(match: re.Match[str]) -> int | None:
    figure = numeral(match["n"])
    if figure is None or not figure.exact:
        return None
    return int(figure.high * (12 if match["unit"] == "年" else 1))


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
