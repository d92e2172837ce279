"""The whole text -> a draft: every sentence gets its reading, every condition its criterion or its place
among what was not understood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from matcher.domain.product import Criterion, Group, Node, Quantifier
from matcher.domain.product.draft import ProductDraft, Reading, Sentence
from matcher.errors import InvalidInput
from matcher.text.normalize import check, fold
from matcher.text.products.audience import audience_of, kind_of
from matcher.text.products.conditions import Clause, clauses
from matcher.text.products.sections import Part, Piece, pieces
from matcher.text.products.terms import offers, states_terms, terms_of

LONGEST: Final = 40_000
_TITLE: Final = 60
# What makes a sentence a condition where no heading says so.
_CUE: Final = re.compile(
    r"须|必须|应当|应(?!收|用|付|急|对|商|链|申)|不得|仅限|限于|面向|适用于|适合|符合|具有|具备|不低于|不少于|不超过|以上|以下|除外|"
    r"禁止|满[\d一二两三四五六七八九十]|(?<!无)条件|名单|辖内|辖区|需(?!求|要资金)|可申请|均可|方可"
)
_STRICT: Final = re.compile(r"须|必须|应当|不得|仅限|除外|禁止|方可")
# 需具备以下条件: it announces conditions; 符合下列条件之一: only one of them must hold.
_ANNOUNCES: Final = re.compile(
    r"(?:(?<![人元岁年月项名万亿数级)%])以下|下列|如下)"
    r"[^。;]{0,10}(?:(?:条件|要求|标准|情形|规定)[^。;]{0,6}|之一|任一)[的者]?[:。;]?$"
)
_CLAUSE_ENDS: Final = re.compile(r"，|,(?!\d{3})|并且|且|;")
_ONE_OF: Final = re.compile(r"(?:之一|任一|任意一[项个]|其中一[项个])")


def read_product(text: str) -> ProductDraft:
    """Read the text of a loan, a policy or a space. Raises InvalidInput for an empty or endless one.

    Linear in its length. The draft is for a person to confirm: nothing in it is in force.
    """
    check(text, LONGEST)
    folded = fold(text)
    if not folded:
        raise InvalidInput("products.draft_empty")
    found = list(pieces(folded))
    sentences = tuple(_read(found))
    title = next((one.text.rstrip("。;!:") for one in found if not one.is_heading), folded)[:_TITLE]
    offered = [one.text for one in found if one.part is Part.TERMS or states_terms(one.text)]
    return ProductDraft(title, kind_of(folded), audience_of(title, found), sentences, terms_of(offered))


def _read(found: Sequence[Piece]) -> Iterator[Sentence]:
    place = 0
    while place < len(found):
        piece = found[place]
        place += 1
        if piece.is_heading:
            yield Sentence(piece.text, Reading.HEADING)
        elif (
            piece.part is not Part.PROCESS and piece.part is not Part.PAPERS and _ANNOUNCES.search(piece.text)
        ):
            if not _ONE_OF.search(piece.text):
                yield _announcing(piece)
                continue
            end = next((at for at in range(place, len(found)) if found[at].is_heading), len(found))
            yield from _alternatives(piece, found[place:end])
            place = end
        else:
            yield _sentence(piece)


def _announcing(piece: Piece) -> Sentence:
    """A lead-in may state conditions before it announces more: 成立满2年, 且具备以下条件."""
    *before, _announcement = _CLAUSE_ENDS.split(piece.text)
    read = _conditions("，".join(before))
    if not read.criteria and not read.unread:
        return Sentence(piece.text, Reading.TOLD)
    return replace(read, text=piece.text, criteria=tuple(_sourced(piece.text, read.criteria)))


def _alternatives(lead: Piece, members: Sequence[Piece]) -> Iterator[Sentence]:
    """Sentences of which one must hold: one any_of if all are understood, else all wait for a person."""
    read = [_conditions(member.text) for member in members]
    if members and all(one.reading is Reading.CRITERION for one in read):
        source = "\n".join(member.text for member in members)
        nodes = tuple(_one_node(one.criteria) for one in read)
        group = Group(Quantifier.ANY_OF, nodes) if len(nodes) > 1 else nodes[0]
        yield _announcing(lead)
        yield Sentence(source, Reading.CRITERION, (_with_source(group, source),))
        return
    yield Sentence(lead.text, Reading.NOT_UNDERSTOOD, (), (lead.text,))
    yield from (Sentence(one.text, Reading.NOT_UNDERSTOOD, (), (one.text,)) for one in members)


def _one_node(criteria: tuple[Node, ...]) -> Node:
    return criteria[0] if len(criteria) == 1 else Group(Quantifier.ALL_OF, criteria)


def _sentence(piece: Piece) -> Sentence:
    text = piece.text
    if piece.part is Part.CONDITIONS:
        return _conditions(text)
    if piece.part in (Part.PAPERS, Part.PROCESS):
        reading = Reading.PAPERS if piece.part is Part.PAPERS else Reading.PROCESS
        strict = _STRICT.search(text) is not None
        return Sentence(text, Reading.NOT_UNDERSTOOD, (), (text,)) if strict else Sentence(text, reading)
    return _elsewhere(piece)


def _elsewhere(piece: Piece) -> Sentence:
    """Outside of any section of conditions: a sentence counts where it gives one or sounds like one."""
    read = _conditions(piece.text)
    if read.criteria:
        return read
    cue = _STRICT if piece.part is Part.TERMS or states_terms(piece.text) else _CUE
    if cue.search(piece.text) and read.unread:
        return read
    told = Reading.TERMS if piece.part is Part.TERMS or states_terms(piece.text) else Reading.TOLD
    return Sentence(piece.text, told)


def _conditions(text: str) -> Sentence:
    read = list(clauses(text))
    unread = tuple(one.text for one in read if not one.whole and (one.criteria or not offers(one.text)))
    criteria = tuple(_sourced(text, (node for one in read for node in one.criteria)))
    return Sentence(text, _reading(read, criteria, unread), criteria, unread)


def _reading(read: list[Clause], criteria: tuple[Node, ...], unread: tuple[str, ...]) -> Reading:
    if criteria:
        return Reading.PARTLY if unread else Reading.CRITERION
    if unread:
        return Reading.NOT_UNDERSTOOD
    return Reading.TERMS if read else Reading.TOLD


def _sourced(source: str, nodes: Iterable[Node]) -> Iterator[Node]:
    return (_with_source(node, source) for node in nodes)


def _with_source(node: Node, source: str) -> Node:
    if isinstance(node, Criterion):
        return replace(node, source=source)
    return Group(node.quantifier, tuple(_with_source(one, source) for one in node.members))
