"""The jobs' page: what is served and how old it is, what runs and how far it is, asking and cancelling."""

from __future__ import annotations

from flask import Response, render_template, url_for

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint, redirect_to
from api.language import language
from matcher.domain.access import may
from matcher.errors import Unavailable
from matcher.messages import catalogue
from matcher.services import operations, weights
from matcher.services.weights import Tables
from matcher.storage.leases import Run
from matcher.storage.weight_tables import LearnedWeights


@blueprint.get("/operations")
@policy("operations.read")
def operations_page() -> str:
    """The served snapshot, the jobs, the newest runs."""
    here = asking()
    try:
        graph = here.graph
    except Unavailable:
        age = None
    else:
        age = max(0, int((here.now - graph.as_of).total_seconds() // 60))
    settings = here.wiring.settings
    told = {
        "age": age,
        "late": age is not None and age * 60 > settings.stale_seconds,
        "silent": operations.timetable_silent(here.session, here.now, settings.lease_seconds),
        "alarm": here.wiring.alarm(),
    }
    return render_template("operations.html", **told, **_weights(), **_runs())


@blueprint.get("/operations/runs")
@policy("operations.read")
def operations_runs() -> str:
    """The newest runs alone: the page asks anew while something runs."""
    return render_template("fragments/runs.html", **_runs())


@blueprint.post("/operations/jobs/<name>")
@policy("operations.run")
def ask_for_run(name: str) -> Response:
    """Ask for a run."""
    here = asking()
    operations.request_run(here.session, here.actor, name, here.now)
    return redirect_to(url_for("console.operations_page"))


@blueprint.post("/operations/runs/<run_id>/cancel")
@policy("operations.run")
def cancel_run(run_id: str) -> Response:
    """Ask a run to end."""
    here = asking()
    operations.cancel(here.session, here.actor, run_id, here.now)
    return redirect_to(url_for("console.operations_page"))


def _weights() -> dict[str, object]:
    here = asking()
    return {"tables": weights.tables(here.session, here.actor), "weight_state": _weight_state}


def _weight_state(tables: Tables, row: LearnedWeights) -> str:
    if row.version == tables.in_force:
        return "in_force"
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "kept" if row.published else "refused"


def _runs() -> dict[str, object]:
    here = asking()
    jobs = operations.jobs(here.session, here.actor)
    return {
        "runs": operations.recent(here.session, here.actor)[:20],
        "jobs": jobs,
        "busy": any(job.busy for job in jobs),
        "changes": may(here.actor, "operations.run"),
        "stage": _stage,
        "why": _why,
    }


def _stage(name: str) -> str:
    """A stage in words; one that this version does not know as it is."""
    return catalogue(language()).get(f"jobs.stage.{name}", name)


def _why(run: Run) -> str:
    """Why it failed and what to do, in words; a reason that this version does not know as it was recorded."""
    sentences, params = catalogue(language()), (run.outcome or {}).get("params", {})
    known = [sentences.get(f"{run.error}.{part}") for part in ("what", "remedy")]
    try:
        told = [text.format_map(params) for text in known if text is not None]
    except (KeyError, ValueError, IndexError, AttributeError):
        told = []  # recorded by a version whose sentence had other blanks
    return " · ".join(told) or str(run.error)
