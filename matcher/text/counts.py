"""Counted things, people and areas in a Chinese text: 30个人, 六七家, 200份, 300平米. Linear time."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from matcher.domain.need import NeedKind, Slot
from matcher.text.numbers import RUN, Figure, numeral, plain_numerals

_SQUARE_METRES_A_MU: Final = Decimal(2000) / 3
_PERSON: Final = (
    r"(?:[^,，。;；、!！?？\n0-9的给为位]{0,5}?)(?:员工|职工|工人|学生|大学生|毕业生|实习生|孩子|小孩|店员|服务员|促销员|导购|保安|保洁员|会计|"
    r"文员|厨师|司机|师傅|老师|医生|护士|阿姨|骑手|专员|专家|经理|店长|主管|顾问|助理|编导|主播|普工|人手|客服|销售|出纳|前台|"
    r"[一-龥](?:工(?![厂作程业艺地])|员|师)(?![工会资傅生傅]))"
)
_COUNTED: Final = re.compile(
    rf"(?P<low>{RUN})(?: ?(?:-|~|—|–|至|到) ?(?P<high>{RUN}))? ?"
    r"(?:(?P<area>平方米|平米|平方|㎡|m2|平(?![均常时台安]))|(?P<mu>亩)|(?P<people>个人|人次|人(?!民|均)|名(?!牌)|位(?!置|数)"
    rf"|个(?={_PERSON})|(?=员工|职工|工人|学生|孩子))"
    r"|(?P<things>家|户|份|台|套|件|辆|吨|张|箱|条|间|桶|盒|本|册|把|只|部(?!门)|瓶|根|块(?!钱)|顶|片|桌|组|款(?!项)|樘|扇|双|副|副|"
    r"盏|袋|卷|枚|株|棵|"
    r"个(?!月|亿|万|点(?!位)|小时|工作日|星期|礼拜|百分)|场|顿|单|处|斤(?!斤)|公斤))"
)
OWN: Final = "own_"  # before the name of a figure that is the firm's, not the need's
_NAMES: Final = {"area": "area_m2", "mu": "area_m2", "people": "headcount", "things": "quantity"}
# 一家, 一场 say no number; 一个, 一套 do where something is bought or somebody is hired.
_EMPTY_ONES: Final = re.compile(r"(?:一|几)[家间场处条单份户款块]|几[个件台套]")
_ONE: Final = re.compile(r"一[^人名位]{1,2}")
_PRICE: Final = re.compile(r"[元块钱]$")
_TAKING: Final = re.compile(r"(?:买|购|要|需要|采购|做|定|订|招|聘|缺|挖|转让|添|配)$")
_HIRING: Final = re.compile(r"(?:招|聘|缺|募)[^,，。;；、!！?？\n0-9]{0,3}$")
_STAFF: Final = re.compile(
    r"(?:员工|职工|工人|工|师傅|服务员|保安|业务员|实习生|学生|阿姨|司机)(?:有|共|约|大概|一共|总共|缺|要|现有|各|人数){0,2}$"
)
# What has been done is told of the firm, not wanted: 新招了12名, 租了90平.
_DONE: Final = re.compile(r"[招租买投交聘用进]了$")
_CLAUSE_END: Final = re.compile(r" ?(?:$|[,，。;；!！?？\n])")
_POSTS: Final = re.compile(r"(?:工位|车位|账号|名额)[^,，。;；\n]{0,6}$")
_JOBS: Final = re.compile(r"(?:岗位|职位)[^,，。;；\n]{0,2}$")
_POSTS_AFTER: Final = re.compile(r"(?:岗位|职位|工种)")
# What the firm already has, and what only describes: 现有员工120人; 20吨的行车; 三家公司一起.
_HAVING: Final = re.compile(
    r"(?:现有|已有|共有|现在|目前|原来|原有|在职|我们有|公司有|我司有|公司|我司|单位|全厂|我厂|店里|厂里|楼里)[^招聘缺募要补再增需扩,，。;；\n0-9]{0,4}$"
)
_SURE, _ROUNDED, _HAD, _DESCRIBING = 0.9, 0.7, 0.5, 0.4


def counts(text: str, kind: NeedKind | None = None) -> list[Slot]:
    """Slots headcount, quantity and area_m2 of a folded text, in order.

    A range keeps both ends. What the need is about decides what 8个 counts; the surest of a name is the
    need's own: what the firm has already, or what only describes a thing, is less sure.
    """
    found = _COUNTED.finditer(plain_numerals(text))
    return [slot for match in found if (slot := _slot(match, text, kind)) is not None]


def square_metres(value: Decimal) -> Decimal:
    """So many mu as whole square metres."""
    return (value * _SQUARE_METRES_A_MU).quantize(Decimal(1))


def plain(name: str, value: Decimal) -> int | float:
    """A count as a whole number where it is one; an area always with a fraction."""
    return float(value) if name == "area_m2" or value != int(value) else int(value)


def _slot(match: re.Match[str], text: str, kind: NeedKind | None) -> Slot | None:
    low = numeral(match["low"].rstrip(",."))
    high = low if match["high"] is None else numeral(match["high"].rstrip(",."))
    before = text[max(0, match.start() - 12) : match.start()]
    if low is None or high is None or low.low > high.high or _says_nothing(match, before, text):
        return None
    name = _name(match, before, kind)
    is_range = match["high"] is not None or low.is_range
    least, most = low.low, high.high if is_range else low.low
    if match["mu"]:
        least, most = square_metres(least), square_metres(most)
    return Slot(
        f"{OWN}{name}" if _DONE.search(before) else name,
        plain(name, most),
        _confidence(low, match, before, text),
        match.start(),
        match.end(),
        low=plain(name, least) if is_range and least < most else None,
    )


def _says_nothing(match: re.Match[str], before: str, text: str) -> bool:
    words = match.group()
    if _EMPTY_ONES.fullmatch(words) or _POSTS_AFTER.match(text, match.end()):
        return True
    if match["things"] == "个" and _JOBS.search(before):
        return True
    if _ONE.fullmatch(words) and match["people"] is None:
        wanted = _TAKING.search(before) or _HIRING.search(before) or _CLAUSE_END.match(text, match.end())
        return wanted is None or _PRICE.search(before) is not None
    return False


def _name(match: re.Match[str], before: str, kind: NeedKind | None) -> str:
    """People may be counted in 个: 招3个焊工, 员工有90个; where people are sought nearly everything is."""
    group = next(name for name in _NAMES if match[name] is not None)
    if group == "things" and match["things"] == "个" and not _POSTS.search(before):
        hired = kind is NeedKind.RECRUITMENT or (kind is None and _HIRING.search(before))
        return "headcount" if hired or _STAFF.search(before) else "quantity"
    return _NAMES[group]


def _confidence(figure: Figure, match: re.Match[str], before: str, text: str) -> float:
    if _HAVING.search(before):
        return _HAD
    if match["things"] is not None and (
        match["things"] in "家户" or text[match.end() : match.end() + 1] == "的"
    ):
        return _DESCRIBING
    return _SURE if figure.exact or figure.is_range else _ROUNDED
