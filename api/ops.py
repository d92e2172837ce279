"""Operations over HTTP: health, readiness, figures, snapshots, jobs, runs, and what each problem means."""

from __future__ import annotations

from typing import Literal

from flask import Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from api.asking import asking
from api.auth import PUBLIC, admit, policy
from api.errors import PROBLEMS, STATUS, remedy_of, title_of
from api.idempotent import idempotent
from api.language import language
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.operations import Health, JobOut, Jobs, ProblemKind, Ready, RunOut, SnapshotOut, Snapshots
from api.schemas.weights import WeightsOut
from api.wiring import wired
from matcher.domain.access import may
from matcher.errors import NotFound
from matcher.services import operations, weights

blueprint = Routes("operations", __name__, url_prefix="/v1")
LOOPBACK = frozenset({"127.0.0.1", "::1"})


@blueprint.get("/health")
@policy(PUBLIC)
@blueprint.output(Health)
def health() -> Response:
    """Whether the process answers; touches neither database nor snapshot."""
    return answer(Health(status="ok"))


@blueprint.get("/ready")
@policy(PUBLIC)
@blueprint.output(Ready)
def ready() -> Response:
    """Whether database and snapshot are there; 503 while not."""
    here = asking()
    settings = here.wiring.settings
    silent = operations.timetable_silent(here.session, here.now, settings.lease_seconds)
    as_of = here.graph.as_of
    age = max(0, int((here.now - as_of).total_seconds()))
    late, alarm = age > settings.stale_seconds, here.wiring.alarm()
    status: Literal["ready", "degraded"] = "degraded" if silent or late or alarm else "ready"
    return answer(
        Ready(
            status=status,
            as_of=as_of,
            age_seconds=age,
            late=late,
            timetable_silent=silent,
            alarm=alarm,
        )
    )


@blueprint.get("/metrics")
@policy(PUBLIC)
@blueprint.doc(hide=True)
def metrics() -> Response:
    """Figures for Prometheus: from this machine without a key, from elsewhere with an operator's."""
    if request.remote_addr not in LOOPBACK or "X-Forwarded-For" in request.headers:
        admit("operations.run")
    return Response(wired().metrics.text(), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/snapshots")
@policy("snapshots.read")
@blueprint.output(Snapshots)
def snapshots() -> Response:
    """The newest published snapshots, newest first."""
    here = asking()
    rows = operations.snapshots(here.session, here.actor)
    counted = may(here.actor, "operations.read")
    return answer(Snapshots(items=[SnapshotOut.of(row, counted) for row in rows]))


@blueprint.get("/jobs")
@policy("operations.read")
@blueprint.output(Jobs)
def jobs() -> Response:
    """Every job with its newest run."""
    here = asking()
    return answer(Jobs(items=[JobOut.of(job) for job in operations.jobs(here.session, here.actor)]))


@blueprint.post("/jobs/<name>/runs")
@policy("operations.run")
@blueprint.output(RunOut, status_code=202)
@idempotent
def request_run(name: str) -> Response:
    """Ask for a run; the scheduler's process takes it up. One that waits already is given back."""
    here = asking()
    run = operations.request_run(here.session, here.actor, name, here.now)
    return answer(RunOut.of(run), 202, Location=f"/v1/runs/{run.run_id}")


@blueprint.get("/weights")
@policy("operations.read")
@blueprint.output(WeightsOut)
def weight_tables() -> Response:
    """The weights of the partner recommender: in force, shipped, and learned with their comparisons."""
    here = asking()
    return answer(WeightsOut.of(weights.tables(here.session, here.actor)))


@blueprint.get("/runs/<run_id>")
@policy("operations.read")
@blueprint.output(RunOut)
def show_run(run_id: str) -> Response:
    """One run: its state, its stage, how far it is."""
    here = asking()
    return answer(RunOut.of(operations.run(here.session, here.actor, run_id)))


@blueprint.delete("/runs/<run_id>")
@policy("operations.run")
@blueprint.output(RunOut)
def cancel_run(run_id: str) -> Response:
    """Ask a run to end. A waiting one ends at once; a running one before it publishes, or not at all."""
    here = asking()
    return answer(RunOut.of(operations.cancel(here.session, here.actor, run_id, here.now)))


@blueprint.get("/problems/<code>")
@policy(PUBLIC)
@blueprint.output(ProblemKind)
def problem(code: str) -> Response:
    """What a problem type means and what to do about it."""
    if code not in STATUS:
        raise NotFound("api.no_such_problem", value=code)
    tongue = language()
    return answer(
        ProblemKind(
            type=f"{PROBLEMS}/{code}",
            code=code,
            status=STATUS[code],
            title=title_of(code, tongue),
            remedy=remedy_of(code, tongue),
        )
    )
