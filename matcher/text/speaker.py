"""Words by which a text says who asks, not what is needed: 那家做软件的, （开饭店的）, 我们是做…的.

They stay in the text for people; whoever reads it for a topic reads `without_speaker`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

BLANK: Final = (
    "。"  # ends a clause and belongs to no phrase, so that offsets stay and nothing joins across it
)

_TRADES: Final = (
    "做|搞|开|卖|干|跑|办|拍|修|洗|种|养|印|管|教|贩|销|产|造|装|盖|送|从事|经营|代理|生产|加工|制造|销售|批发|零售|设计|"
    "出租|运营|提供|主营|专营|经销"
)
_BY_TRADE: Final = rf"(?:专门|专业|主要|一直|就)?是?(?:{_TRADES})[^,，。;；!！?？、\n的]{{1,14}}的"
_HOUSES: Final = (
    "店|馆|院|所|厂|行|社|公司|超市|诊所|酒店|宾馆|饭店|商场|学校|工厂|影城|餐厅|"
    "厅|吧|铺|站|场|企业|工作室|集团|银行|中心|园"
)
_THAT: Final = "(?:那|这|有|某)(?:一)?家"
_STANDS: Final = rf"(?:{_THAT}|[楼层街号室]上?|大厦|广场|隔壁|对面|门口|总|姐|哥|叔|姨|老板|经理)"
_US: Final = (
    "(?:我们|咱们|我司|本公司|我公司|本店|我店|本厂|我厂|我|俺们?)"
    "(?:公司|企业|单位|店|厂|家|这边|这里|这儿|这)?"
)

# The words that say: from here on it is about what is wanted. Whatever stands before is who and why.
_WANTING: Final = re.compile(
    r"想|要|找|求|缺|差|招|聘|希望|打算|准备|问|急|采购|订|租|换|咨询|需要|没|请|让|看看|申请|报|need|want|look|seek|search|hire",
    re.IGNORECASE,
)
_SEEKING: Final = re.compile(r"(?:找|请|问|认识|联系|介绍|换)[^,，。;；\n]{0,3}$")
_LINE: Final = re.compile(r"[^\n]+")

# Anywhere in a line: only those who speak of themselves talk so.
_ANYWHERE: Final = (
    re.compile(rf"{_THAT}[^,，。;；!！?？、\n的]{{1,12}}的"),
    re.compile(rf"[(（](?:{_BY_TRADE}|[^()（）,，。;；\n]{{1,8}}(?:{_HOUSES}|点|的))[)）]"),
    re.compile(
        rf"{_US}(?:也|就|都)?(?:是|属于)(?:一?(?:家|个|间))?[^,，。;；!！?？\n]{{0,20}}?"
        rf"(?:的|{_HOUSES})(?=$|[,，。;；!！?？\s]|想|要|找|需|缺|现|最|准|打|希|因|由)"
    ),
    re.compile(
        rf"{_US}?(?:主营|主做|主要经营|主要从事|主要做|专门做|专业做|专业从事|业务是|经营范围[是为])[^,，。;；!！?？\n]{{1,20}}"
    ),
    re.compile(
        r"\b(?:we are|we're|i am|i'm|i run|we run|i own|we own|our (?:company|firm|business) is)"
        r" (?:an? )?(?:[a-z&-]{2,20} ){0,4}?"
        r"(?:company|firm|shop|store|restaurant|hotel|factory|clinic|studio|office|business|agency|"
        r"manufacturer|maker|supplier|wholesaler|retailer|start-?up|school|cafe|bar|workshop)\b",
        re.IGNORECASE,
    ),
)

# Only before anything is wanted: afterwards the same words name what is looked for.
_AHEAD: Final = (
    re.compile(rf"(?:^|{_STANDS}[^,，。;；!！?？、\n]{{0,3}}?){_BY_TRADE}"),
    re.compile(
        rf"(?:{_THAT}|[楼层]|街上|隔壁|对面|楼[上下])那?(?:一?家)?[^,，。;；!！?？、\n的]{{0,5}}?(?:{_HOUSES})(?!里)"
    ),
    re.compile(
        r"^(?:the|an?) (?:[a-z&-]{2,20} ){0,4}?(?:company|firm|shop|store|restaurant|hotel|factory|clinic|"
        r"studio|agency|manufacturer|maker|school|cafe|bar|workshop)\b",
        re.IGNORECASE,
    ),
)


# A subject of its own right before the wanting: 印刷厂需要…, 某某公司想…. The verbs are those of a firm that
# speaks of itself; nothing that looks for one may stand before it: 找印刷厂要便宜的 names whom is sought.
_SUBJECT: Final = re.compile(
    rf"(?:^|[,，。;；!！?？\s])(?:{_THAT}|我们|咱们|本|我)?[^,，。;；!！?？、\s的了和与跟给对向从在有无找请想要买租订招]{{1,12}}"
    r"(?<!超)(?:厂|公司|店|馆|院|所|社|行|超市|诊所|酒店|宾馆|饭店|商场|集团|企业|工作室)"
    r"(?:目前|现在|最近|现|今年|近期|正|因|急)?(?=需要|需|想|要|打算|准备|计划|拟|希望|采购|急需|寻找|寻求|求购|缺)"
)


_SEEKS: Final = re.compile(r"[找请求购买租订招聘缺]|需要|想要")


def without_speaker(text: str) -> str:
    """The text, as long as before, with blanks where it only says who asks. Linear in its length."""
    pieces, last = [], 0
    for start, end in _merged(sorted(described(text))):
        pieces += [text[last:start], BLANK * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])


def described(text: str) -> Iterator[tuple[int, int]]:
    """Where the text tells who asks, as [start, end) in no order; they may overlap."""
    for pattern in _ANYWHERE:
        yield from (match.span() for match in pattern.finditer(text) if not _sought(text, match.start()))
    for line in _LINE.finditer(text):
        asker = _SUBJECT.search(line.group())
        if asker is not None and not _SEEKS.search(line.group()[: asker.start()]):
            yield line.start() + asker.start(), line.start() + asker.end()
        wanted = _WANTING.search(text, line.start(), line.end())
        ahead = text[line.start() : line.end() if wanted is None else wanted.start()]
        for pattern in _AHEAD:
            found = pattern.search(ahead)
            if found is not None and not _is_all(found, line.group()):
                yield line.start() + found.start(), line.start() + found.end()


def _sought(text: str, start: int) -> bool:
    """Whether the words just before say that such a one is looked for: 想找那家做软件的."""
    return _SEEKING.search(text[max(0, start - 6) : start]) is not None


def _is_all(found: re.Match[str], line: str) -> bool:
    """A line that is nothing but the description, such as a title, says what is meant by it."""
    return len(found.group()) >= len(line.rstrip())


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last = 0
    for start, end in spans:
        if end > last:
            yield max(start, last), end
            last = end
