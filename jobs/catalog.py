"""The jobs: what each runs, when, and which lease keeps it single."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from matcher.domain.job import JobName
from matcher.errors import NotFound
from matcher.settings import Settings

# Everything that writes the folder of snapshots holds this one lease.
SNAPSHOTS: Final = "snapshots"


@dataclass(frozen=True)
class Job:
    """One job. `work` is ``module:function`` of a Task; it is imported in the job's own process only.

    `cron` names the setting that holds its timetable; None: by hand, or when another job asks.
    """

    name: str
    work: str
    lease: str
    cron: str | None = None

    def timetable(self, settings: Settings) -> str | None:
        """Its cron line, in UTC. An empty one takes the job off the timetable."""
        line = "" if self.cron is None else str(getattr(settings, self.cron))
        return line if line.strip() else None


_ALL: Final = (
    Job(JobName.RECOMPUTE, "jobs.recompute:recompute", SNAPSHOTS, "recompute_cron"),
    Job(JobName.REFRESH, "jobs.refresh:refresh", SNAPSHOTS, "refresh_cron"),
    Job(JobName.INFER, "jobs.inferring:infer", JobName.INFER),
    Job(JobName.PLACE, "jobs.inferring:place", JobName.PLACE),
    Job(
        JobName.RETRAIN_INTAKE, "jobs.learning:retrain_intake", JobName.RETRAIN_INTAKE, "retrain_intake_cron"
    ),
    Job(JobName.RETRAIN, "jobs.learning:retrain", JobName.RETRAIN, "retrain_cron"),
    Job(JobName.ROLLBACK_WEIGHTS, "jobs.learning:rollback_weights", JobName.RETRAIN),
    Job(JobName.POLICIES, "jobs.policies:tell", JobName.POLICIES, "policies_cron"),
    Job(JobName.TAKE_UPS, "jobs.take_ups:settle", JobName.TAKE_UPS, "take_ups_cron"),
    Job(JobName.LEARN_RISK, "jobs.risk:learn", JobName.LEARN_RISK, "learn_risk_cron"),
    Job(JobName.CHECK, "jobs.housekeeping:check", JobName.CHECK, "check_cron"),
    Job(JobName.PRUNE, "jobs.housekeeping:prune", SNAPSHOTS),
    Job(JobName.ROLLBACK, "jobs.housekeeping:rollback", SNAPSHOTS),
    Job(JobName.IMPORT, "jobs.importing:work", JobName.IMPORT, "import_cron"),
    Job(JobName.REMIND, "jobs.reminding:remind", JobName.REMIND, "remind_cron"),
)
JOBS: Final[Mapping[str, Job]] = {job.name: job for job in _ALL}


def find(name: str, jobs: Mapping[str, Job] = JOBS) -> Job:
    """The job of this name. Raises NotFound that lists the names there are."""
    if name not in jobs:
        raise NotFound("jobs.no_such_job", value=name, known=", ".join(jobs))
    return jobs[name]
