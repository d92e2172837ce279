"""Learned weights by the commands that people give: the comparison in the run's record, the way back."""

from __future__ import annotations

from jobs import ledger
from jobs.catalog import JOBS
from jobs.runner import Runner
from jobs.wiring import Wiring
from matcher.domain.job import RunState
from matcher.storage.leases import Run
from tests.faults.support import on_sqlite
from tests.unit.services.test_weights import introduced


def ran(wiring: Wiring, name: str) -> Run:
    run_id = ledger.ask(wiring, JOBS[name], "test", {})
    Runner(wiring).run(JOBS[name], run_id)
    with wiring.views() as session:
        return session.get_one(Run, run_id)


@on_sqlite
def test_the_record_of_the_run_holds_the_comparison_and_one_command_goes_back(
    wiring: Wiring,
) -> None:
    with wiring.transactions.begin() as session:
        introduced(session, wiring.clock(), 600)
    run = ran(wiring, "retrain")
    assert run.state == RunState.SUCCEEDED
    told = run.outcome
    assert told["published"]
    assert told["comparison"]["log_loss"]["after"] < told["comparison"]["log_loss"]["before"]
    assert {"learned", "calibrated", "judged"} <= set(told["comparison"]["deals"])
    back = ran(wiring, "rollback-weights")
    assert (back.state, back.outcome["withdrawn"], back.outcome["in_force"]) == (
        RunState.SUCCEEDED,
        told["version"],
        0,
    )
    again = ran(wiring, "rollback-weights")
    assert again.state == RunState.FAILED
    assert again.error is not None
    assert "nothing_learned" in again.error
