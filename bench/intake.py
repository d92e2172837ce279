"""Drafts and term lists a second, and how the time grows with the text. Run: python -m bench.intake"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import date

from matcher.text.extract import slots
from matcher.text.intake import read
from matcher.text.masks import mask
from matcher.text.normalize import fold
from matcher.text.tokenize import terms

TODAY = date(2026, 11, 22)
NEEDS = (
    "我们是一家中型超市，楼里有一百多名员工，中午吃饭不方便，希望对接附近的餐饮企业办理餐卡，最好月底前解决。",
    "机器人公司急招自动化工程师5名，机械专业硕士优先，月薪1.5万，12月底前到岗",
    "门店想装充电桩，物业说要先问消防和供电，请帮忙协调",
    "接了大单，垫资压力大，想找银行贷款500-800万元，没有抵押物",
    "We would like to rent an office of 300 square metres by the end of the month",
)
HOSTILE = ("员工吃饭", "1", "一", "1-", "138 ", "12月", "staff lunch ", "几百多万元", " ", "急招")
READERS: dict[str, Callable[[str], object]] = {
    "fold": fold,
    "terms": terms,
    "slots": lambda text: slots(text, TODAY),
    "mask": mask,
}


def rate(reader: Callable[[str], object], seconds: float = 2.0) -> float:
    """Texts a second over NEEDS."""
    for text in NEEDS:
        reader(text)
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for text in NEEDS:
            reader(text)
        count += len(NEEDS)
    return count / (time.process_time() - start)


def exponent(reader: Callable[[str], object], piece: str) -> float:
    """k in time ~ length^k between 10,000 and 100,000 characters; 1 is linear."""
    taken = []
    for length in (10_000, 100_000):
        text = (piece * length)[:length]
        start = time.process_time()
        reader(text)
        taken.append(time.process_time() - start)
    return math.log10(taken[1] / taken[0])


def main() -> None:
    print(f"drafts/s  {rate(lambda text: read(text, TODAY)):10,.0f}")
    for name, reader in READERS.items():
        worst = max((exponent(reader, piece), piece) for piece in HOSTILE)
        print(f"{name + '/s':9} {rate(reader, 1.0):10,.0f}   worst exponent {worst[0]:.2f} on {worst[1]!r}")


if __name__ == "__main__":
    main()
