"""A list of firms that an officer of the demo sent in: some of its rows are asked about, two files were one.

It goes the way every file goes: received, checked, promoted. Everything in it is invented.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import importing
from jobs.demo.places import MAIN, MAIN_REGION
from jobs.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.domain.codes import ALPHABET, make_code
from matcher.services import identity
from matcher.services.identity import Evidence, Ground
from matcher.services.imports import Options, Source, lifecycle
from matcher.storage.accounts import Account
from matcher.storage.enterprises import Enterprise
from matcher.storage.identities import IdentityChange
from matcher.storage.imports import Import

FILE: Final = "望江街道企业名单（演示）.csv"
HEADINGS: Final = (
    "统一社会信用代码", "企业名称", "经营范围", "从业人数", "营业收入（万元）",
    "纳税信用等级", "评价年度", "联系人", "联系电话",
)  # fmt: skip
_SHOP: Final = make_code(MAIN_REGION[:6], "QX900001")
_PRINTER: Final = make_code(MAIN_REGION[:6], "QX900002")
_NEW_CODE: Final = make_code(MAIN_REGION[:6], "QX900003")
_GROUND: Final = "营业执照原件与名单一致，系同一家：建档时还没有代码"
PARTS: Final = 3
_WHOLE_YUAN: Final = 10_000  # yuan, typed where ten thousands were asked for


def take_in(wiring: Wiring, now: datetime) -> bool:
    """Send the list in and merge what turned out to be one firm, unless it was done. True if it was now."""
    with wiring.transactions.begin() as session:
        officer = _officer(session)
        if officer is None or session.scalar(sa.select(Import.import_id).limit(1)) is not None:
            return False
        firms = _firms(session)
        if len(firms) < PARTS:
            return False
        lines = list(_lines(firms))
    then = now - timedelta(days=1, hours=3)
    with tempfile.TemporaryDirectory() as folder:
        _send(wiring, officer, _written(Path(folder), lines), then)
    with wiring.transactions.begin() as session:
        _merge(session, officer, firms[0].enterprise_id, now - timedelta(hours=2))
    return True


def _officer(session: Session) -> Actor | None:
    wanted = (Account.role == Role.OFFICER.value, Account.scope == MAIN)
    row = session.scalars(sa.select(Account).where(*wanted).order_by(Account.name)).first()
    return None if row is None else Actor(row.account_id, Role.OFFICER, row.scope, row.language)


def _firms(session: Session) -> Sequence[Enterprise]:
    """A firm whose file has no code, and two of which much is known."""
    alive = sa.select(Enterprise).where(Enterprise.station_id == MAIN, Enterprise.status == "active")
    known = (Enterprise.code.is_not(None), Enterprise.revenue_fen.is_not(None), Enterprise.employees >= 10)
    nameless = session.scalars(alive.where(Enterprise.code.is_(None)).order_by(Enterprise.enterprise_id))
    others = session.scalars(alive.where(*known).order_by(Enterprise.enterprise_id).limit(2))
    found = [*nameless.all()[:1], *others]
    session.expunge_all()
    return found


def _lines(firms: Sequence[Enterprise]) -> Iterator[tuple[str, ...]]:
    """Rows as such lists have them; most of them must be asked about."""
    known, grown, graded = firms
    revenue = (grown.revenue_fen or 0) // 100 // _WHOLE_YUAN
    # The same firm once more, now with its code.
    yield (_NEW_CODE, known.name, "", "", "", "", "", "童女士", "199-0000-0071")
    # Yuan under a heading of ten thousands.
    yield (str(grown.code), grown.name, "", "", str(revenue * _WHOLE_YUAN), "", "", "", "")
    # A grade, and nobody wrote down of which year.
    yield (str(graded.code), graded.name, "", "", "", "A", "", "", "")
    # One sign of the code misread; a registration number of old; signs lost in a spreadsheet.
    yield (_misread(_SHOP), "云汀瓷语茶具店", "茶具零售", "3", "60", "", "", "舒女士", "199-0000-0072")
    yield ("340802600123456", "云汀老街竹编坊", "竹制品制造", "4", "35", "", "", "竺先生", "199-0000-0073")
    yield (_PRINTER[:15], "云汀快印图文社", "图文设计制作", "6", "80", "", "", "印先生", "199-0000-0074")


def _misread(code: str) -> str:
    """Two signs that stand side by side changed, so that both checks fail."""
    others = [
        ALPHABET[(ALPHABET.index(sign) + step) % 10] for sign, step in zip(code[10:12], (3, 4), strict=True)
    ]
    return code[:10] + "".join(others) + code[12:]


def _written(folder: Path, lines: Sequence[Sequence[str]]) -> Path:
    place = folder / FILE
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *lines])
    return place


def _send(wiring: Wiring, officer: Actor, place: Path, then: datetime) -> None:
    """Through every step of an import; the first recomputation, which follows, is not asked for twice."""
    options = Options("enterprises", partial=True)
    with wiring.transactions.begin() as session:
        sources = [Source(place, place.name, "enterprises")]
        row = lifecycle.receive(session, officer, then, sources, options, lifecycle.UPLOAD)
        import_id = row.import_id
    importing.check(wiring, import_id, options, None)
    store, hand = importing.store_of(wiring), importing.hand_of(wiring)
    while lifecycle.promote_next(store, hand, import_id, lambda _session: None):
        pass


def _merge(session: Session, officer: Actor, kept_id: str, then: datetime) -> None:
    """The file without a code and the one the list brought are one enterprise; an officer can undo it."""
    done = session.scalar(sa.select(IdentityChange.change_id).limit(1))
    other = session.scalar(sa.select(Enterprise.enterprise_id).where(Enterprise.code == _NEW_CODE))
    if done is None and other is not None:
        identity.merge(session, officer, (kept_id, other), Ground(Evidence.LICENCE, _GROUND), then)
