"""A product's text cut into sentences, each under the heading it stands beneath. Nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """What the sentences under a heading are about."""

    CONDITIONS = "conditions"
    PAPERS = "papers"
    PROCESS = "process"
    TERMS = "terms"
    ABOUT = "about"


@dataclass(frozen=True)
class Piece:
    """A sentence of the folded text, or a heading of its own."""

    text: str
    part: Part
    is_heading: bool = False


# In this order: 申请材料要求 is about papers, 办理流程 about the way there, 额度条件 about who may.
_PARTS: Final = (
    (Part.PAPERS, re.compile(r"资料|材料|文件|证件|documents?", re.IGNORECASE)),
    (Part.PROCESS, re.compile(r"流程|程序|步骤|方式|途径|渠道|how to apply", re.IGNORECASE)),
    (
        Part.CONDITIONS,
        re.compile(r"条件|对象|客户|客群|准入|要求|资格|主体|门槛|范围|eligib|who can", re.IGNORECASE),
    ),
    (Part.TERMS, re.compile(r"额度|期限|利率|金额|标准|价格|租金|费率|时间|terms", re.IGNORECASE)),
)
_BRACKETED: Final = re.compile(r"【[^【】\n]{1,20}】")
_NUMBER: Final = r"(?:\(?[一二三四五六七八九十\d]{1,2}[)、.．] ?)"
_TITLES: Final = (
    r"(?:贷款|产品|申请|申报|办理|准入|基本|适用|适合|支持|服务|受理|授信|入驻|招商|补贴|奖励|政策|客户|面向|融资|所需|需要|须|提交|担保)"
    r"{0,3}(?:的)?(?:条件|对象|客户|要求|资格|主体|范围|资料|材料|流程|程序|步骤|方式|额度|期限|利率|额度、期限|"
    r"额度和期限|金额|标准|简介|介绍|特点|定义|优势|亮点|说明|时间)"
)
_PLAIN: Final = re.compile(rf"{_NUMBER}?{_TITLES}(?::|$)")
_SENTENCE: Final = re.compile(r"[^。;!\n]*[。;!]|[^。;!\n]+")


def pieces(text: str) -> Iterator[Piece]:
    """Sentences and headings of a folded text in order; together they are all of it but blanks."""
    part = Part.ABOUT
    for line in text.split("\n"):
        for chunk, is_heading in _headed(line.strip()):
            if is_heading:
                part = part_of(chunk)
                yield Piece(chunk, part, is_heading=True)
            else:
                yield from (Piece(one, part) for one in _sentences(chunk))


def part_of(heading: str) -> Part:
    """What a heading announces."""
    return next((part for part, words in _PARTS if words.search(heading)), Part.ABOUT)


def _headed(line: str) -> Iterator[tuple[str, bool]]:
    """A line in pieces: (text, whether it is a heading)."""
    plain = _PLAIN.match(line)
    if plain is not None:
        yield plain.group(), True
        line = line[plain.end() :]
    start = 0
    for found in _BRACKETED.finditer(line):
        yield line[start : found.start()], False
        yield found.group(), True
        start = found.end()
    yield line[start:], False


def _sentences(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        if found.group().strip():
            yield found.group().strip()
