"""A synthetic province as files that `qianxian import` reads. Same seed, same bytes.

    python -m bench.generate FOLDER --firms 1000000 --seed 1

All firms and people are invented. Sizes follow those of a real province: a third as many offers as firms,
a tenth as many needs, a fifth as many deals; industries and towers are unequally popular (Zipf).
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from matcher.domain import industry, regions
from matcher.domain.codes import make_code

PROVINCE = "34"
FIRMS_A_TOWER = 80
FIRST = [
    "安",
    "百",
    "昌",
    "达",
    "恩",
    "丰",
    "广",
    "恒",
    "嘉",
    "康",
    "利",
    "隆",
    "明",
    "宁",
    "鹏",
    "启",
    "瑞",
    "盛",
    "泰",
    "万",
    "祥",
    "信",
    "兴",
    "永",
    "元",
    "正",
    "中",
    "卓",
]
SECOND = [
    "邦",
    "晨",
    "诚",
    "德",
    "帆",
    "峰",
    "禾",
    "宏",
    "华",
    "辉",
    "佳",
    "凯",
    "朗",
    "林",
    "铭",
    "诺",
    "欧",
    "奇",
    "融",
    "森",
    "腾",
    "为",
    "翔",
    "雅",
    "宇",
    "源",
    "哲",
    "舟",
]
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "商行", "经营部")
HEADINGS = {
    "enterprises": "code,name,industry_code,scope,region_code,address,building,floor,founded_on,"
    "registered_capital_wan,employees,revenue_wan,tax_grade,tax_grade_year,status",
    "offers": "offer_id,enterprise_id,title,text,industry_code,serves",
    "needs": "need_id,enterprise_id,text,kind,amount_wan,deadline,published",
    "deals": "buyer_id,seller_id,date,amount_wan,stage",
}


@dataclass(frozen=True)
class Size:
    """How many of each."""

    firms: int
    offers: int
    needs: int
    deals: int

    @classmethod
    def of(cls, firms: int) -> Size:
        """The usual proportions."""
        return cls(firms, firms // 3, firms // 10, firms // 5)


@cache
def classes() -> tuple[tuple[str, str], ...]:
    """Industry classes (four digits) with their names."""
    return tuple((code, industry.table()[code].name) for code in industry.all_codes(industry.CLASS))


@cache
def districts() -> tuple[tuple[str, str], ...]:
    """Districts of the province with their full names."""
    found = [district for city in regions.children(PROVINCE) for district in regions.children(city)]
    return tuple((code, regions.full_name(code) or "") for code in found)


def zipf(rng: np.random.Generator, kinds: int, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """`count` numbers below `kinds`, the small ones much more often."""
    weights = 1.0 / np.arange(1, kinds + 1)
    order = rng.permutation(kinds)
    return order[rng.choice(kinds, count, p=weights / weights.sum())]


def code_of(number: int, district: str) -> str:
    """The firm's unified social credit code; both checks right, one a number."""
    return make_code(district, f"{number:08d}")


class Province:
    """Draws rows of a kind; firms are numbered from 0 and known by their codes."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size = size
        self.rng = np.random.default_rng(seed)
        self.industry = zipf(self.rng, len(classes()), size.firms)
        self.tower = zipf(self.rng, max(size.firms // FIRMS_A_TOWER, 1), size.firms)
        self.words = self.rng.integers(0, len(FIRST) * len(SECOND) * len(FIRST), size.firms)

    def code(self, firm: int) -> str:
        """The code of firm number `firm`."""
        return code_of(firm, self.district(firm)[0])

    def district(self, firm: int) -> tuple[str, str]:
        """Where the firm's tower stands."""
        return districts()[int(self.tower[firm]) % len(districts())]

    def name(self, firm: int) -> str:
        """An invented name; some firms share one."""
        first, rest = divmod(int(self.words[firm]), len(SECOND) * len(FIRST))
        second, third = divmod(rest, len(FIRST))
        trade = classes()[self.industry[firm]][1]
        return f"{FIRST[first]}{SECOND[second]}{FIRST[third]}{trade[:6]}{FORMS[firm % len(FORMS)]}"

    def enterprises(self) -> Iterator[Sequence[object]]:
        """Rows of enterprises."""
        size = self.size.firms
        days = self.rng.integers(0, 14_000, size)
        staff = self.rng.lognormal(2.5, 1.2, size).astype(int) + 1
        money = staff * self.rng.lognormal(3.4, 0.8, size)  # 300,000 yuan a head, more or less
        for firm in range(size):
            code, trade = classes()[self.industry[firm]]
            district, place = self.district(firm)
            tower = int(self.tower[firm])
            graded = firm % 3 == 0
            yield (
                self.code(firm), self.name(firm), code, f"{trade}；货物销售；技术服务与咨询", district,
                f"{place}湖滨路{tower % 300 + 1}号", f"第{tower}商务楼", f"{firm % 30 + 1}层",
                (date(1988, 1, 1) + timedelta(days=int(days[firm]))).isoformat(), f"{money[firm] / 2:.1f}",
                int(staff[firm]), f"{money[firm]:.1f}", "ABCM"[firm % 4] if graded else "",
                2025 if graded else "", "存续",
            )  # fmt: skip

    def offers(self) -> Iterator[Sequence[object]]:
        """Rows of offers: what a firm's industry makes, sometimes only for its city."""
        for number, firm in enumerate(self.rng.integers(0, self.size.firms, self.size.offers)):
            code, trade = classes()[self.industry[firm]]
            serves = self.district(int(firm))[0][:4] if number % 2 else ""
            yield f"O{number:08d}", self.code(int(firm)), trade, f"{trade}，长期供应，可开票", code, serves

    def needs(self) -> Iterator[Sequence[object]]:
        """Rows of needs: the words of another industry."""
        firms = self.rng.integers(0, self.size.firms, self.size.needs)
        wanted = zipf(self.rng, len(classes()), self.size.needs)
        for number, (firm, asked) in enumerate(zip(firms, wanted, strict=True)):
            text = f"想找做{classes()[asked][1]}的供应商，长期合作"
            yield f"N{number:08d}", self.code(int(firm)), text, "supply", number % 90 + 1, "2027-06-30", "是"

    def deals(self) -> Iterator[Sequence[object]]:
        """Rows of deals: two firms, a day, an amount."""
        pairs = self.rng.integers(0, self.size.firms, (self.size.deals, 2))
        for number, (buyer, seller) in enumerate(pairs):
            if buyer != seller:
                day = date(2024, 1, 1) + timedelta(days=number % 900)
                yield self.code(int(buyer)), self.code(int(seller)), day, number % 500 + 1, "signed"


def write(folder: Path, size: Size, seed: int = 1) -> list[Path]:
    """The files, one a kind, in a folder that can be imported as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    province = Province(size, seed)
    paths = []
    for kind, headings in HEADINGS.items():
        path = folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headings.split(","))
            writer.writerows(getattr(province, kind)())
        paths.append(path)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--firms", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for path in write(given.folder, Size.of(given.firms), given.seed):
        print(path)


if __name__ == "__main__":
    main()
