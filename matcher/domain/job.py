"""Names of jobs and states of their runs, known to the API and to the timetable alike."""

from __future__ import annotations

from enum import StrEnum


class JobName(StrEnum):
    """Jobs that can be asked for by hand and over HTTP."""

    RECOMPUTE = "recompute"
    REFRESH = "refresh"
    INFER = "infer"
    PLACE = "place"
    RETRAIN_INTAKE = "retrain-intake"
    RETRAIN = "retrain"
    ROLLBACK_WEIGHTS = "rollback-weights"
    POLICIES = "policies"
    TAKE_UPS = "take-ups"
    LEARN_RISK = "learn-risk"
    PRUNE = "prune"
    CHECK = "check"
    ROLLBACK = "rollback"
    IMPORT = "import"
    REMIND = "remind"


class RunState(StrEnum):
    """A run is requested, then running, then one of the ends."""

    REQUESTED = "requested"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


UNFINISHED = frozenset({RunState.REQUESTED, RunState.RUNNING})
