"""In an enterprise's file: what was merged into it or split from it, and the forms for both; for officers."""

from __future__ import annotations

import re
from typing import Annotated

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said
from api.console.pages import blueprint, redirect_to
from api.language import language
from api.schemas.base import Identifier
from matcher.messages import say
from matcher.services import identity
from matcher.services.identity import Evidence, Ground, NewFile
from matcher.storage.identities import IdentityChange

Words = Annotated[str, Field(min_length=2, max_length=500)]
_KINDS = ("offers", "needs", "deals", "openings")


class MergeForm(Form):
    """The other file, and the evidence."""

    other_id: Identifier
    evidence_kind: Evidence
    evidence: Words


class SplitForm(Form):
    """The enterprise parted off; ids of what goes with it between commas or on lines."""

    name: Annotated[str, Field(min_length=2, max_length=200)]
    code: Annotated[Annotated[str, Field(max_length=18)] | None, Said] = None
    offers: str = ""
    needs: str = ""
    deals: str = ""
    openings: str = ""
    evidence_kind: Evidence
    evidence: Words


@blueprint.get("/enterprises/<enterprise_id>/identity")
@policy("enterprises.identify")
def file_identity(enterprise_id: str) -> str:
    """Merges and splits of the file, files under the same name, and the forms."""
    here, tongue = asking(), language()
    changes = identity.changes_of(here.session, here.actor, enterprise_id)
    return render_template(
        "fragments/identity.html",
        key=enterprise_id,
        changes=[(row, _evidence(row, tongue)) for row in changes],
        same=identity.same_names(here.session, here.actor, enterprise_id),
        kinds=_KINDS,
        evidence=list(Evidence),
    )


@blueprint.post("/enterprises/<enterprise_id>/merges")
@policy("enterprises.identify")
def merge_files(enterprise_id: str) -> Response:
    """Join another file to this one."""
    here, form = asking(), read_form(MergeForm, request)
    ground = Ground(form.evidence_kind, form.evidence)
    change = identity.merge(here.session, here.actor, (enterprise_id, form.other_id), ground, here.now)
    return _back(change)


@blueprint.post("/enterprises/<enterprise_id>/splits")
@policy("enterprises.identify")
def split_file(enterprise_id: str) -> Response:
    """Part an enterprise off this file."""
    here, form = asking(), read_form(SplitForm, request)
    takes = {kind: re.findall(r"[^\s,，;；、]+", getattr(form, kind)) for kind in _KINDS}
    new, ground = NewFile(form.name, form.code, takes), Ground(form.evidence_kind, form.evidence)
    return _back(identity.split(here.session, here.actor, enterprise_id, new, ground, here.now))


@blueprint.post("/identity-changes/<change_id>/undo")
@policy("enterprises.identify")
def undo_change(change_id: str) -> Response:
    """Take a merge or a split back."""
    here = asking()
    return _back(identity.undo(here.session, here.actor, change_id, here.now))


def _back(change: IdentityChange) -> Response:
    """The address differs by more than its anchor, else the browser would not load the page anew."""
    mark = f"{change.change_id[:8]}-{'undone' if change.undone_at else 'made'}"
    place = url_for("console.show_file", enterprise_id=change.kept_id, after=mark)
    return redirect_to(f"{place}#identity")


def _evidence(row: IdentityChange, tongue: str) -> str:
    kind, _, words = row.evidence.partition(": ")
    return f"{say(f'identity.evidence.{kind}', tongue)} · {words}"
