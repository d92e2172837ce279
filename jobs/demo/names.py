"""Names of firms, houses and people, all put together from syllables; none is taken from a register."""

from __future__ import annotations

from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.trades import Trade

CITY: Final = "云汀"
DISTRICT: Final = "南浦区"

_FIRST: Final = "禾澜沐泓栎岚朗予牧澍霁桐溯砚铭瑾翎亦朴澄葭淳楷湛蔚弘卓昱筠珩颢翊麓榆枫麦稻舟帆岭渡"
_SECOND: Final = "川泽远衡峰序野泉林石汇成拓信谷田禾原桥舟意维合达航元方程景和声岸立森印尺墨章序木桁"
_THIRD: Final = "云通联源达嘉"
_SHOP: Final = (
    "小满",
    "渔歌",
    "春山",
    "半亩",
    "青瓦",
    "老街口",
    "江风",
    "稻香里",
    "一盏灯",
    "南窗",
    "柳岸",
    "麦穗",
    "拾味",
    "巷子深",
    "橘子树",
    "晚舟",
    "白鹭",
    "三月半",
    "竹里",
    "花间",
    "石桥",
    "桂子",
    "荷风",
    "喜雨",
)
_PLACES: Final = ("望江", "江东", "长堤", "城南", "汀南", "堤口", "滨江", "柳渡")
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN: Final = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂英华玉兰斌宇浩凯雪梅倩晨阳楠岩琴婷波鹏辉"
# Brands that a reader would take for a firm he knows. The list is kept short on purpose: most pairs above
# were chosen so that they say nothing.
_KNOWN: Final = frozenset(
    {
        "禾川",
        "禾望",
        "朗科",
        "卓望",
        "弘信",
        "弘元",
        "铭泽",
        "麦田",
        "弘成",
        "卓信",
        "朗达",
        "卓成",
        "远舟",
        "泓泽",
        "澜石",
        "淳和",
        "弘合",
        "桐林",
        "弘和",
        "舟山",
        "枫泽",
        "渡舟",
        "禾信",
        "禾元",
        "牧原",
        "牧田",
        "牧野",
        "弘景",
        "弘石",
        "岚桥",
        "麓谷",
        "枫桥",
        "枫林",
        "榆林",
        "稻谷",
        "稻田",
        "楷林",
        "朗声",
        "澄石",
        "舟桥",
        "麓林",
    }
)
_SHOP_ENDS: Final = tuple("店馆坊行楼部所")


class Names:
    """Draws names and never gives one twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._taken: set[str] = set()

    def firm(self, trade: Trade) -> tuple[str, bool]:
        """A name for a firm of that trade and whether it is a sole trader's."""
        while True:
            word = self._chance.one(trade.words)
            alone = trade.form == "shop" and word.endswith(_SHOP_ENDS)
            brand = self._brand_of(trade, alone)
            name = self._joined(trade, brand, word, alone)
            if brand not in self._taken and not _stutters(brand, word):
                self._taken.add(brand)
                return name, alone

    def person(self) -> str:
        """An invented contact: surname and one or two given characters."""
        given = "".join(self._chance.some(_GIVEN, self._chance.between(1, 2)))
        return self._chance.one(_SURNAMES) + given

    def phone(self) -> str:
        """A number of a range that no operator serves."""
        return f"199-0000-{self._chance.below(10_000):04d}"

    def _joined(self, trade: Trade, brand: str, word: str, alone: bool) -> str:
        if alone:
            return f"{CITY}市{DISTRICT}{brand}{word}"
        if trade.form == "law":
            return f"{CITY}{brand}{word}"
        if trade.form == "utility":
            return f"{CITY}市{brand}{word}有限公司"
        if trade.form == "station":
            return f"{CITY}市{DISTRICT}{brand}{word}"
        draw = self._chance.share()
        if draw < 0.06:
            return f"{brand}（{CITY}）{word}有限公司"
        return f"{CITY}{'市' if draw < 0.3 else ''}{brand}{word}有限公司"

    def _brand_of(self, trade: Trade, alone: bool) -> str:
        if trade.form in ("utility", "station"):
            return self._chance.one(_PLACES)
        return self._shop_brand() if alone else self._brand()

    def _brand(self) -> str:
        while True:
            brand = self._chance.one(_FIRST) + self._chance.one(_SECOND)
            if brand not in _KNOWN and brand[0] != brand[1]:
                return brand + (self._chance.one(_THIRD) if self._chance.happens(0.12) else "")

    def _shop_brand(self) -> str:
        surname = self._chance.one(_SURNAMES)
        draw = self._chance.share()
        if draw < 0.25:
            return f"{surname}记"
        if draw < 0.45:
            return f"老{surname}"
        if draw < 0.6:
            return "阿" + self._chance.one(_GIVEN)
        return self._chance.one(_SHOP) if draw < 0.85 else self._brand()


def _stutters(brand: str, word: str) -> bool:
    """Whether brand and word share a character where they meet (智科科技)."""
    return bool(set(brand[-1:]) & set(word[:2])) or brand[-1] == word[0]


def handle(name: str, trade: Trade) -> str:
    """The brand inside a firm's name, as people of the street say it."""
    short = name.replace(f"（{CITY}）", "").replace("有限公司", "")
    for prefix in (f"{CITY}市{DISTRICT}", f"{CITY}市", CITY):
        short = short.removeprefix(prefix)
    for word in sorted(trade.words, key=len, reverse=True):
        short = short.removesuffix(word)
    return short
