"""Consents: granting, withdrawing, listing; and who has seen what of an enterprise."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.consent import (
    Grant,
    Purpose,
    checked_fields,
    checked_grantee,
    checked_purpose,
    checked_term,
)
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import acts, product_names
from matcher.services.notices import About, AboutKind, Blank, Firm, Notice, To, Word, notify
from matcher.services.partners import own_enterprise
from matcher.storage import consents, journal
from matcher.storage.consents import Consent

DISCLOSURE = "disclosure"


@dataclass(frozen=True)
class ConsentForm:
    """What is to be granted. `proof` is needed where an officer enters a paper grant."""

    enterprise_id: str
    grantee: str
    purpose: str
    fields: tuple[str, ...]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    proof: str | None = None


@dataclass(frozen=True)
class ConsentView:
    """A grant as its sides may read it; `state` is that of the moment asked."""

    consent_id: str
    enterprise_id: str
    grantee: str
    purpose: str
    fields: tuple[str, ...]
    granted_by: str
    proof: str | None
    granted_at: datetime
    valid_from: datetime
    valid_to: datetime
    state: str
    revoked_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Disclosure:
    """One line of who saw what: the party, the act, fields, purpose and the consents it stood on."""

    at: datetime
    role: str
    party: str
    action: str
    fields: tuple[str, ...]
    purpose: str | None
    consents: tuple[str, ...]
    snapshot_id: str | None


def grant(session: Session, actor: Actor, form: ConsentForm, now: datetime) -> ConsentView:
    """One grant to one party. Raises InvalidInput (``consents.*``), NotFound out of scope.

    Writes the row and a journal line that the enterprise reads among its disclosures, so it learns of a
    grant that an officer entered for it and can withdraw it.
    """
    require(actor, "consents.write")
    own_enterprise(session, actor, form.enterprise_id)
    if actor.role is Role.OFFICER and not (form.proof and form.proof.strip()):
        raise InvalidInput("consents.proof_needed")
    start, end = checked_term(form.valid_from, form.valid_to, now)
    row = Consent(
        consent_id=secrets.token_hex(16),
        enterprise_id=form.enterprise_id,
        grantee=checked_grantee(form.grantee),
        purpose=checked_purpose(form.purpose).value,
        fields=sorted(checked_fields(form.fields)),
        granted_by=f"{actor.role.value}:{actor.account_id}",
        proof=form.proof,
        granted_at=now,
        valid_from=start,
        valid_to=end,
        revoked_at=None,
        revoked_by=None,
        reason=None,
    )
    session.add(row)
    _record(session, actor, "consents.grant", row, now)
    session.flush()
    if actor.role is Role.OFFICER:
        _tell_firm(session, row, now)
    return _view(row, now)


def withdraw(
    session: Session, actor: Actor, consent_id: str, now: datetime, reason: str | None = None
) -> ConsentView:
    """End a grant now. Raises NotFound out of scope, Conflict where it has been withdrawn already."""
    require(actor, "consents.write")
    row = session.get(Consent, consent_id)
    if row is None:
        raise NotFound("consents.no_such_consent", value=consent_id)
    try:
        own_enterprise(session, actor, row.enterprise_id)
    except NotFound:
        raise NotFound("consents.no_such_consent", value=consent_id) from None
    if row.revoked_at is not None:
        raise Conflict("consents.already_ended", value=consent_id)
    row.revoked_at, row.reason = now, reason
    row.revoked_by = f"{actor.role.value}:{actor.account_id}"
    _record(session, actor, "consents.withdraw", row, now)
    session.flush()
    _tell_grantee(session, row, now)
    return _view(row, now)


def of_enterprise(session: Session, actor: Actor, enterprise_id: str, now: datetime) -> list[ConsentView]:
    """Every grant of an enterprise, newest first, ended ones too. A bank or organizer sees its own only."""
    require(actor, "consents.read")
    if actor.role in (Role.BANK, Role.ORGANIZER):
        rows = [row for row in consents.of_enterprise(session, enterprise_id) if row.grantee == actor.scope]
        return [_view(row, now) for row in rows]
    own_enterprise(session, actor, enterprise_id)
    return [_view(row, now) for row in consents.of_enterprise(session, enterprise_id)]


def listed(session: Session, actor: Actor, enterprise_id: str | None, now: datetime) -> list[ConsentView]:
    """Grants of one enterprise (its own where it names none); or all that were made to a bank or organizer.

    Raises InvalidInput where an officer names no enterprise.
    """
    require(actor, "consents.read")
    if enterprise_id is not None:
        return of_enterprise(session, actor, enterprise_id, now)
    if actor.role is Role.OFFICER:
        raise InvalidInput("api.enterprise_needed")
    if actor.role is Role.ENTERPRISE:
        return of_enterprise(session, actor, actor.scope, now)
    return [_view(row, now) for row in consents.of_grantee(session, actor.scope)]


def disclosures(session: Session, actor: Actor, enterprise_id: str, limit: int = 200) -> list[Disclosure]:
    """Who saw or changed what of an enterprise, newest first; to its station only what the station did.

    Raises NotFound out of scope. An auditor reads the lines of an enterprise that is no more, too.
    """
    require(actor, "disclosures.read")
    if actor.role is Role.AUDITOR:
        return [_line(line) for line in journal.about(session, enterprise_id, limit)]
    row = own_enterprise(session, actor, enterprise_id)
    return [_line(line) for line in acts.about(session, actor, row, limit)]


def as_grants(rows: Sequence[Consent]) -> list[Grant]:
    """Rows as the values that domain.consent decides on."""
    return [
        Grant(
            row.consent_id,
            row.enterprise_id,
            row.grantee,
            Purpose(row.purpose),
            frozenset(row.fields),
            row.valid_from,
            row.valid_to,
            row.revoked_at,
        )
        for row in rows
    ]


def _view(row: Consent, now: datetime) -> ConsentView:
    (one,) = as_grants([row])
    return ConsentView(
        row.consent_id,
        row.enterprise_id,
        row.grantee,
        row.purpose,
        tuple(row.fields),
        row.granted_by,
        row.proof,
        row.granted_at,
        row.valid_from,
        row.valid_to,
        one.state(now).value,
        row.revoked_at,
        row.reason,
    )


def _record(session: Session, actor: Actor, action: str, row: Consent, now: datetime) -> None:
    subject = ("consent", row.consent_id, row.enterprise_id)
    told: dict[str, Any] = {"grantee": row.grantee, "purpose": row.purpose, "fields": list(row.fields)}
    journal.record(session, actor, action, subject, now, **told)


def _tell_firm(session: Session, row: Consent, now: datetime) -> None:
    """A consent is the firm's act: it learns at once of one that was entered for it on paper."""
    told: dict[str, Blank] = {
        "grantee": product_names.grantees(session).get(row.grantee, row.grantee),
        "purpose": Word(f"consents.purpose.{row.purpose}"),
        "until": row.valid_to,
    }
    about = About(AboutKind.CONSENT, row.consent_id)
    notify(
        session, Notice("consent_recorded", To.enterprise(row.enterprise_id), about, told, urgent=True), now
    )


def _tell_grantee(session: Session, row: Consent, now: datetime) -> None:
    told: dict[str, Blank] = {
        "firm": Firm(row.enterprise_id),
        "purpose": Word(f"consents.purpose.{row.purpose}"),
        "at": now,
    }
    about = About(AboutKind.CONSENT, row.consent_id)
    notify(session, Notice("consent_ended", To.organization(row.grantee), about, told), now)


def _line(line: journal.JournalLine) -> Disclosure:
    detail = line.detail
    return Disclosure(
        at=line.at,
        role=line.role,
        party=line.scope,
        action=line.action,
        fields=tuple(detail.get("fields", ())),
        purpose=detail.get("purpose"),
        consents=tuple(detail.get("consents", ())),
        snapshot_id=detail.get("snapshot_id"),
    )
