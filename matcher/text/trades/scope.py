"""A registered scope -> what it lists, in order, each with what is done: made, sold, or neither said.

A clause (between 。 and ；) shares its verb: in 销售：钢材、木材 and in 钢材、木材销售 both are sold.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MADE, SOLD, WHOLESALED, RETAILED = "made", "sold", "wholesaled", "retailed"
DEVELOPED, MOUNTED, SAID = "developed", "mounted", "said"
TRADED: Final = frozenset({SOLD, WHOLESALED, RETAILED})
MOST_ITEMS: Final = 12
_LONGEST: Final = 600  # of a scope; what follows so many characters is by-business
_LONGEST_ITEM: Final = 24

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|\{[^{}]*\}|〔[^〔〕]*〕")
_BOILERPLATE: Final = re.compile(
    r"依法须经批准的?项目.*?(?:经营活动|。|$)|企业依法自主选择经营项目[^。;]*|"
    r"经相关部门批准后[^。;]*|依批准的内容开展经营活动|不得从事本市产业政策禁止和限制类项目的经营活动|"
    r"法律、?法规、?国务院(?:令|决定)?[^。;]*|法律、行政法规[^。;]*|国家法律法规[^。;]*|凭[^、,。;]*?(?:证|文件|资质)[^、,。;]*?经营|"
    r"(?:以上|上述)(?:经营)?范围?[^。;]*|(?:不含|除外|除)[^、,。;]*|有效期[^。;]*|"
    r"(?:许可|一般|前置许可|后置许可|许可经营|一般经营|主营|兼营)(?:经营)?(?:项目|范围)?[:：]|"
    r"经营范围(?:以|中)[^。;]*|国家限定[^。;]*|国家有专项规定[^。;]*|涉及(?:许可|前置|行政)[^。;]*|"
    r"\*+|〓|#"
)
_CLAUSES: Final = re.compile(r"[;。\n]|\s{2,}")
_ITEMS: Final = re.compile(r"[、,，:：;。./\s及]|和(?!田|平)|与|以及|及其|并|兼")
_NUMBERED: Final = re.compile(r"^[(（]?[一二三四五六七八九十\d]{1,2}[)）、.]")
_MAKE: Final = re.compile(
    r"制造|生产|加工|制作|自产|研制|酿造|冶炼|铸造|组装|订做|配制|制售|印刷|开采|采选|种植|养殖|饲养"
)
_WHOLESALE: Final = re.compile(r"批发(?!兼|、?零|和零|与零)")
_DEVELOP: Final = re.compile(r"技术(?:的)?(?:开发|研究|咨询|转让|服务|成果)|开发|研究|研发")
_MOUNT: Final = re.compile(r"安装|维修|维护|调试|保养|检修")
_RETAIL: Final = re.compile(r"零售|门市")
_SELL: Final = re.compile(r"销售|批发|经销|购销|收购|代购|代销|批零|出售|供应|调拨|运销|采购")
_VERBS: Final = re.compile(
    r"(?:的)?(?:研究|研发|开发|设计|制造|生产|加工|制作|自产|销售|批发|零售|经销|购销|代购|代销|批零|批兼零|兼营|主营|经营|"
    r"从事|出售|供应|服务|自销|组装|研制|安装|产销)+$|"
    r"^(?:从事|经营|主要|生产|制造|加工|销售|批发|零售|经销|各类|各种|专业|本公司|提供|承接|承包|承揽|批零|兼|制作|自营|国内|一般)+"
)


@dataclass(frozen=True)
class Item:
    """One thing of a scope: `text` without its verb, `whole` with it, and what is `done` with it."""

    text: str
    whole: str
    done: str


def plain(scope: str) -> str:
    """The scope in one width without brackets and standing sentences."""
    text = unicodedata.normalize("NFKC", scope[: 2 * _LONGEST]).replace("：", ":").replace("；", ";")
    for _ in range(2):  # brackets within brackets
        text = _BRACKETS.sub("", text)
    return _BOILERPLATE.sub(";", text)[:_LONGEST]


def items(scope: str, most: int = MOST_ITEMS) -> list[Item]:
    """What the scope lists, in order, at most `most`. Linear in its length."""
    found: list[Item] = []
    for clause in _CLAUSES.split(plain(scope)):
        done = _done(clause)
        for piece in _ITEMS.split(clause):
            whole = _NUMBERED.sub("", piece.strip(" ()*-·\"'“”《》<>"))[:_LONGEST_ITEM]
            bare = _VERBS.sub("", _VERBS.sub("", whole))
            if len(whole) < 2 or not bare:
                continue
            found.append(Item(bare if len(bare) > 1 else whole, whole, done))
            if len(found) >= most:
                return found
    return found


def _done(clause: str) -> str:
    """What is done with the things of a clause; making goes before selling (自产自销)."""
    if _MAKE.search(clause):
        return MADE
    sold = _SELL.search(clause) is not None
    if _RETAIL.search(clause):
        return SOLD if sold else RETAILED
    if sold:
        return WHOLESALED if _WHOLESALE.search(clause) else SOLD
    if _DEVELOP.search(clause):
        return DEVELOPED
    return MOUNTED if _MOUNT.search(clause) else SAID
