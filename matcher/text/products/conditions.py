"""A clause of a product's text -> criteria, and whether that is all the clause says.

Each reader knows the words of one fact. What they leave of a clause must be filler; else the clause counts as
not understood, in part or whole: a criterion too few is seen by a person, one too wide refuses nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from matcher.domain import industry, place
from matcher.domain.product import Criterion, Group, Node, Operator, Quantifier
from matcher.text.products.figures import compared

# Who the sentence speaks of is not the firm, or it holds only in some case, or it is a mere preference.
_ANOTHER: Final = re.compile(
    r"保证人|担保人|抵押人|出质人|配偶|法定代表人|法人代表|法人股东|实际控制人|股东|负责人|核心企业|承兑人|承兑的|上游|下游|"
    r"关联企业|若|如(?!下|期|约|实)|对于|其中|分别|视情况|优先|鼓励|不要求|无需|不需要|不限|放宽|适当|年龄|周岁"
)
_FIGURES: Final = (
    ("revenue", r"(?:营业收入|销售收入|营收|营业额|销售额)", "yuan"),
    (
        "tax_paid",
        r"(?:纳税总额|纳税额|纳税金额|缴税额|实缴税款|实际纳税|年纳税|年缴税|税收贡献|纳税(?!信用|人|等级|评级|级别|申报))",
        "yuan",
    ),
    ("capital", r"(?:注册资本|注册资金)", "yuan"),
    ("assets", r"(?:资产总额|总资产)", "yuan"),
    ("employees", r"(?:从业人员|从业人数|员工|职工|用工)", "persons"),
    ("age_months", r"(?:成立|注册(?!资)|设立|登记|经营年限|经营期限|经营时间|持续经营|正常经营)", "months"),
    ("invoice_months", r"(?:开票|开具发票)", "months"),
    ("patents", r"(?<!发明)(?<!实用新型)专利", "items"),
    ("contract_amount", r"(?:合同|订单)(?:总?金额|总额)", "yuan"),
)
# A mean, a sum over years, growth: no fact of the catalogue.
_DERIVED: Final = re.compile(
    r"平均|年均|月均|累计|合计|增长|增幅|占比|比例|比重|同比|连续[两二三四五23]年|近[两二三四五23]年|最近[两二三四五23]年|每年|每月|均[为在达不]|单[笔户个]|净"
)
_GRADE: Final = re.compile(
    r"纳税(?:人)?信用(?:等级|级别|评级|评价|评定)?(?:结果|等级)?[^A-DM级不非]{0,8}(?P<pre>不低于|至少|不得低于)?"
    r"(?P<not>不[为是]|非)?(?P<list>[A-DM](?:级)?(?:(?:、|或者?|及|和|/)[A-DM](?:级)?)*)(?P<post>(?:\(含\))?(?:及|或)?以上)?"
)
_CERTIFICATES: Final = {
    "高新技术企业": r"(?:国家)?(?:级)?高新技术企业",
    "科技型中小企业": r"科技型中小企业",
    "专精特新": r"[“\"]?专精特新[”\"]?(?:中小企业|小巨人企业|小巨人|企业)?",
    "规上企业": r"规模以上(?:工业|服务业)?企业|规上(?:工业|服务业)?企业",
}
_SIZES: Final = (
    (r"中小微企业|中小微型企业|中小企业", frozenset({"micro", "small", "medium"})),
    (r"小微企业|小型微型企业|小型和微型企业|小型、微型企业", frozenset({"micro", "small"})),
    (r"微型企业", frozenset({"micro"})),
    (r"小型企业", frozenset({"small"})),
    (r"中型企业", frozenset({"medium"})),
)
_TRADERS: Final = re.compile(r"个体工商户|个体经营户|个体户|个体经营[主者]")
_EXCLUDED: Final = re.compile(r"除外|不含|不包括|不得|禁止|不支持|非(?!常|金融)|限制")
_FOUNDED: Final = re.compile(
    r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?P<in>\(含\))?(?:之|以)?(?P<side>前|后)(?:\((?P<in2>含)[^)]*\))?"
    r"(?:依法|在[^，]{0,12})?(?:注册|成立|设立|登记)"
)
_PLACED: Final = re.compile(r"注册|登记|住所|经营地|经营场所|落户|位于|坐落|辖区|纳税关系|税务关系|设在")
_PLACE_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:省|市|区|县|街道|镇)")
_LEAD: Final = re.compile(
    r".{0,60}?(?:注册地址?|注册|登记|住所地?|位于|落户|坐落|设在|经营地|经营场所)[在于为是]*"
)
_FILLER: Final = re.compile(
    r"(?:借款人|申请人|申请企业|申请单位|申报企业|申报单位|客户|企业|公司|单位|主体|对象|适用于|适用|面向|服务于|依法|合法|经|在|的|须|需|应当|应|必须|"
    r"具有|具备|拥有|获得|取得|持有|属于|为|是|达|达到|且|并且|并|同时|等|认定|资质|称号|证书|评定|有效|时间|年限|期限|工商|行业|"
    r"注册|登记|成立|设立|注册地|登记地|住所|位于|落户|坐落|范围内|境内|辖区内|内|区域|上年度|上一年度|上年|去年|年度|最近一年|近一年|近1年|"
    r"实际|正常|持续|经营|连续|生产|从事|之一|任一|任意一项|一项|人民币|年|额|及|和|或|者|与|以上|所|其|均|本|各类|广大|对|给予|"
    r"结果|要求|符合|条件|以来|起|市场|主营业务|主营|办理|税务|纳税|各|一家|一|除外|不含|不包括|不得|禁止|不支持|非|限制|企|业|类|户|个|主|者|发放|信用贷款|贷款|提供|推出|针对|产品|专项|一款|地)"
    r"|[\s\d.、，,;。:()（）/“”\"-]"
)
_SPLIT: Final = re.compile(r"，|,(?!\d{3})|且|并且|同时|;|。|!")
_OR: Final = re.compile(r"或者|或(?!以上|及)")
_NUMBERED: Final = re.compile(r"^\(?[一二三四五六七八九十\d]{1,2}[)、.．](?!\d) ?")

Stretch: TypeAlias = tuple[int, int, tuple[Node, ...]]


@dataclass(frozen=True)
class Clause:
    """What one clause gave; `whole` where nothing of it is left over."""

    text: str
    criteria: tuple[Node, ...]
    whole: bool


def clauses(sentence: str) -> Iterator[Clause]:
    """The clauses of a sentence, each read. Where the sentence is about others, none gives a criterion."""
    bare = _NUMBERED.sub("", sentence)
    foreign = _ANOTHER.search(bare) is not None
    joined = re.sub(r"[，,] ?(?=或)", "", bare)
    for text in _SPLIT.split(joined):
        stripped = text.strip(" :")
        if left_of(stripped, ()):
            yield Clause(stripped, (), False) if foreign else clause(stripped)


def clause(text: str) -> Clause:
    """One clause: every fact it names must hold, or one of those that 或 parts."""
    found = list(_stretches(text))
    if _bars_otherwise(text, found):
        return Clause(text, (), False)
    if found and not left_of(text, found) and not _open_choice(text, found):
        return Clause(text, tuple(node for one in found for node in one[2]), True)
    parts = _OR.split(text)
    if len(parts) > 1:
        return _choice(text, [clause(part) for part in parts])
    return Clause(text, tuple(node for one in found for node in one[2]), False)


def _choice(text: str, parts: list[Clause]) -> Clause:
    """Alternatives count only together: with one unread, the others would refuse whom it lets in."""
    if not all(part.whole for part in parts):
        return Clause(text, (), False)
    members = [
        part.criteria[0] if len(part.criteria) == 1 else Group(Quantifier.ALL_OF, part.criteria)
        for part in parts
    ]
    return Clause(text, (Group(Quantifier.ANY_OF, tuple(members)),), True)


def _bars_otherwise(text: str, found: list[Stretch]) -> bool:
    """Whether a word of exclusion turns round a fact whose reader does not know of it: 成立满2年的除外."""
    outside = list(text)
    for start, end, _ in found:
        outside[start:end] = "·" * (end - start)
    barred = [
        isinstance(node, Group) and node.quantifier is Quantifier.NONE_OF
        for *_, nodes in found
        for node in nodes
    ]
    return _EXCLUDED.search("".join(outside)) is not None and not all(barred)


def _open_choice(text: str, found: list[Stretch]) -> bool:
    """Whether a 或 stands between two facts rather than within one."""
    return any(not any(start <= one.start() < end for start, end, _ in found) for one in _OR.finditer(text))


def left_of(text: str, found: list[Stretch] | tuple[()]) -> str:
    """What stays of a clause beside the stretches understood and words that say nothing of their own."""
    kept = list(text)
    for start, end, _ in found:
        kept[start:end] = " " * (end - start)
    return _FILLER.sub("", "".join(kept)) if found else re.sub(r"[\s、，,;。:()]", "", text)


def _stretches(text: str) -> Iterator[Stretch]:
    taken = list(text)
    for reader in _READERS:
        for start, end, nodes in reader("".join(taken)):
            taken[start:end] = "·" * (end - start)
            yield start, end, nodes


def _certificates(text: str) -> Iterator[Stretch]:
    found = [
        (match.start(), match.end(), name)
        for name, words in _CERTIFICATES.items()
        for match in re.finditer(words, text)
    ]
    if not found or _EXCLUDED.search(text):
        return
    found.sort()
    names = frozenset(name for *_, name in found)
    together = re.search(r"和|及(?!其)|并", text[found[0][1] : found[-1][0]]) is not None
    operator = Operator.HAS if together or len(names) == 1 else Operator.HAS_ANY
    yield found[0][0], found[-1][1], (Criterion("certificates", operator, names),)


def _who(text: str) -> Iterator[Stretch]:
    """Sizes and sole traders: a list of them lets any of them in."""
    found = [
        (one.start(), one.end(), Criterion("sole_trader", Operator.EQUAL, True))
        for one in _TRADERS.finditer(text)
    ]
    for words, sizes in _SIZES:
        match = re.search(words, text)
        if match is not None:
            found.append((match.start(), match.end(), Criterion("size_class", Operator.IN, sizes)))
            text = text[: match.start()] + "·" * len(match.group()) + text[match.end() :]
    if not found:
        return
    found.sort(key=lambda one: one[0])
    start, end, nodes = found[0][0], found[-1][1], tuple(one for *_, one in found)
    if _EXCLUDED.search(text):
        yield start, end, (Group(Quantifier.NONE_OF, nodes),)
    else:
        yield start, end, nodes if len(nodes) == 1 else (Group(Quantifier.ANY_OF, nodes),)


def _grade(text: str) -> Iterator[Stretch]:
    match = _GRADE.search(text)
    if match is None or _DERIVED.search(text):
        return
    grades = frozenset(re.findall("[A-DM]", match["list"]))
    if match["not"]:
        barred = Criterion("tax_grade", Operator.IN, grades)
        yield match.start(), match.end(), (Group(Quantifier.NONE_OF, (barred,)),)
    elif (match["pre"] or match["post"]) and len(grades) == 1:
        yield match.start(), match.end(), (Criterion("tax_grade", Operator.AT_LEAST, min(grades)),)
    elif not (match["pre"] or match["post"]):
        yield match.start(), match.end(), (Criterion("tax_grade", Operator.IN, grades),)


def _founded(text: str) -> Iterator[Stretch]:
    for match in _FOUNDED.finditer(text):
        try:
            day = date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            continue
        inclusive = match["in"] or match["in2"]
        earlier = Operator.AT_MOST if inclusive else Operator.BELOW
        later = Operator.AT_LEAST if inclusive else Operator.ABOVE
        yield (
            match.start(),
            match.end(),
            (Criterion("founded_on", earlier if match["side"] == "前" else later, day),),
        )


def _figures(text: str) -> Iterator[Stretch]:
    if _DERIVED.search(text):
        return
    for field, words, unit in _FIGURES:
        for one in compared(text, field, words, unit):
            yield one.start, one.end, one.criteria


def _industry(text: str) -> Iterator[Stretch]:
    found = [(at, at + len(name), code) for name, code in _industry_names() if (at := text.find(name)) >= 0]
    found = [one for one in found if not any(_inside(one, other) for other in found)]
    if not found:
        return
    found.sort()
    within = Criterion("industry", Operator.WITHIN, frozenset(code for *_, code in found))
    node = Group(Quantifier.NONE_OF, (within,)) if _EXCLUDED.search(text) else within
    yield found[0][0], found[-1][1], (node,)


def _inside(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether a longer name, or the section of the same name, holds this one."""
    longer = other[1] - other[0] > one[1] - one[0] or (one[:2] == other[:2] and len(other[2]) < len(one[2]))
    return longer and other[0] <= one[0] and one[1] <= other[1]


def _industry_names() -> Iterator[tuple[str, str]]:
    for level in (1, 2):
        for code in industry.all_codes(level):
            entry = industry.get(code)
            if entry is not None and entry.name.endswith("业") and len(entry.name) > 2:
                yield entry.name, code


def _region(text: str) -> Iterator[Stretch]:
    found = place.find(text) if _PLACED.search(text) and not _EXCLUDED.search(text) else None
    lead = _LEAD.match(text)
    names = list(_PLACE_NAME.finditer(text, 0 if lead is None else lead.end()))
    if found is not None and names:
        yield (
            names[0].start(),
            names[-1].end(),
            (Criterion("region", Operator.WITHIN, frozenset({found.code})),),
        )


_READERS: Final[tuple[Callable[[str], Iterator[Stretch]], ...]] = (
    _certificates,
    _grade,
    _founded,
    _figures,
    _who,
    _industry,
    _region,
)
