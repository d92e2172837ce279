"""Enterprises in the words of the trade: states, relations, deal stages, names, codes, sizes, grades."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from matcher.domain.codes import (
    ACCEPTED,
    HELD,
    REFUSED,
    CodeVerdict,
    clean_code,
    code_verdict,
    district_of,
    is_sole_trader,
    make_code,
    suggest_code,
)
from matcher.domain.size_class import NOT_COVERED, SizeClass, SizeRange, size_class
from matcher.domain.tax_grade import (
    GradeVerdict,
    TaxGrade,
    at_least,
    grade_verdict,
    is_old,
    read_tax_grade,
)

__all__ = [
    "ACCEPTED",
    "CONCLUDED",
    "HELD",
    "LADDER",
    "NOT_COVERED",
    "REFUSED",
    "TRADING",
    "CodeVerdict",
    "DealStage",
    "EnterpriseStatus",
    "GradeVerdict",
    "RelationKind",
    "SizeClass",
    "SizeRange",
    "TaxGrade",
    "at_least",
    "clean_code",
    "code_verdict",
    "district_of",
    "grade_verdict",
    "is_old",
    "is_sole_trader",
    "make_code",
    "name_hint",
    "name_key",
    "read_status",
    "read_tax_grade",
    "size_class",
    "suggest_code",
]


class EnterpriseStatus(StrEnum):
    """The state in the public register. Only ACTIVE and ABNORMAL ones still trade."""

    ACTIVE = "active"
    ABNORMAL = "abnormal"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CLOSED = "closed"
    MOVED_OUT = "moved_out"


TRADING: Final = frozenset({EnterpriseStatus.ACTIVE, EnterpriseStatus.ABNORMAL})

_STATUS_WORDS: Final[Mapping[str, EnterpriseStatus]] = {
    "存续": EnterpriseStatus.ACTIVE,
    "在业": EnterpriseStatus.ACTIVE,
    "在营": EnterpriseStatus.ACTIVE,
    "开业": EnterpriseStatus.ACTIVE,
    "正常": EnterpriseStatus.ACTIVE,
    "迁入": EnterpriseStatus.ACTIVE,
    "经营异常": EnterpriseStatus.ABNORMAL,
    "异常": EnterpriseStatus.ABNORMAL,
    "非正常": EnterpriseStatus.ABNORMAL,
    "歇业": EnterpriseStatus.SUSPENDED,
    "停业": EnterpriseStatus.SUSPENDED,
    "吊销": EnterpriseStatus.REVOKED,
    "撤销": EnterpriseStatus.REVOKED,
    "责令关闭": EnterpriseStatus.REVOKED,
    "注销": EnterpriseStatus.CLOSED,
    "清算": EnterpriseStatus.CLOSED,
    "迁出": EnterpriseStatus.MOVED_OUT,
}


class RelationKind(StrEnum):
    """What two enterprises are to each other beside trade. All of them keep the two apart in lists."""

    RIVAL = "rival"
    DISPUTE = "dispute"
    OWNER_GROUP = "owner_group"
    KEEP_APART = "keep_apart"


class DealStage(StrEnum):
    """The ladder an introduction climbs; DECLINED may follow any rung but PAID."""

    INTRODUCED = "introduced"
    MET = "met"
    QUOTED = "quoted"
    SIGNED = "signed"
    PAID = "paid"
    DECLINED = "declined"


LADDER: Final = (DealStage.INTRODUCED, DealStage.MET, DealStage.QUOTED, DealStage.SIGNED, DealStage.PAID)
CONCLUDED: Final = frozenset({DealStage.SIGNED, DealStage.PAID})

_BRACKETS: Final = str.maketrans("〔〕【】[]", "()()()")
_LIMITED: Final = re.compile(r"有限责任公司$")


def read_status(text: str) -> EnterpriseStatus | None:
    """The state meant by a register's wording ("存续（在营、开业、在册）", "吊销，未注销"), or None."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if plain.lower() in set(EnterpriseStatus):
        return EnterpriseStatus(plain.lower())
    # The first state named decides: "吊销，未注销" is revoked, not closed.
    named = [
        (plain.find(word), -len(word), status) for word, status in _STATUS_WORDS.items() if word in plain
    ]
    return min(named)[2] if named else None


def name_key(name: str) -> str:
    """What two spellings of one name share: NFKC, no white space, one kind of brackets."""
    joined = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).translate(_BRACKETS)
    return unicodedata.normalize("NFKC", joined)  # joined anew, marks may combine with letters


def name_hint(name: str) -> str:
    """A looser key for hints to a person, never for joining rows: 有限责任公司 and 有限公司 are one.

    Brackets and the case of letters do not count either.
    """
    return _LIMITED.sub("有限公司", re.sub(r"[()]", "", name_key(name))).lower()
