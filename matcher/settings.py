"""Every setting of the service, read once from the environment and passed down as plain arguments.

The table in docs/operations.md documents each; a test compares the two.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

from matcher.errors import Misconfigured

LEAST_SECRET_LENGTH = 32
LEAST_KEPT = 3  # snapshots, the same as graph.snapshot keeps at least
CLUSTER = "dask://"
ENGINES = "local, processes:N, dask://HOST:PORT"
SNAPSHOTS_URLS = "file:///FOLDER, s3://BUCKET/PREFIX"
_SNAPSHOTS_URL = re.compile(r"file:///[^\s?#]+|s3://[a-z0-9][a-z0-9.-]+(?:/[^\s?#]+)?", re.ASCII)
_ENGINE = re.compile(r"local|processes:0*[1-9]\d*|dask://(?:[\w.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}", re.ASCII)

T = TypeVar("T", int, float)


@dataclass(frozen=True)
class Settings:
    """Frozen settings. Field names are the environment names without ``QIANXIAN_``, in lower case."""

    home: Path
    database_url: str
    secret_key: str
    engine: str = "local"
    engine_tls_ca: Path | None = None
    engine_tls_cert: Path | None = None
    engine_tls_key: Path | None = None
    snapshots_url: str | None = None
    follow_seconds: float = 2.0
    shared_limits: bool = False
    bind: str = "127.0.0.1:8000"
    workers: int = 2
    threads: int = 4
    language: str = "zh"
    recompute_cron: str = "0 19 * * *"
    refresh_cron: str = "*/20 * * * * *"
    check_cron: str = "0 20 * * *"
    import_cron: str = "* * * * *"
    remind_cron: str = "*/10 * * * *"
    retrain_intake_cron: str = "30 18 * * *"
    retrain_cron: str = "45 18 * * 0"
    notices_cron: str = "*/20 * * * * *"
    smtp: str | None = None
    mail_from: str | None = None
    public_url: str | None = None
    policies_cron: str = "*/10 * * * *"
    take_ups_cron: str = "* * * * *"
    learn_risk_cron: str = "*/10 * * * *"
    inbox: Path | None = None
    watch_seconds: float = 5.0
    retry_seconds: float = 300.0
    stale_seconds: float = 93_600.0
    lease_seconds: float = 60.0
    job_seconds: float = 7200.0
    job_memory_mib: int | None = None
    keep_snapshots: int = 3
    secure_cookies: bool = False
    log_level: str = "INFO"
    demo: bool = False

    @property
    def snapshots(self) -> Path:
        """The folder that holds one folder a snapshot, and CURRENT."""
        return self.home / "snapshots"

    @property
    def engine_tls(self) -> tuple[Path, Path, Path] | None:
        """Authority, certificate and key for the cluster; None where it is spoken to in the clear."""
        if self.engine_tls_ca is None or self.engine_tls_cert is None or self.engine_tls_key is None:
            return None
        return self.engine_tls_ca, self.engine_tls_cert, self.engine_tls_key

    @property
    def uploads(self) -> Path:
        """Files that came over HTTP and wait to be imported."""
        return self.home / "uploads"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Raises Misconfigured naming the variable that is wrong."""
        env = os.environ if environ is None else environ
        home = Path(env.get("QIANXIAN_HOME", "var")).absolute()
        return cls(
            home=home,
            database_url=env.get("QIANXIAN_DATABASE_URL", f"sqlite:///{home / 'qianxian.db'}"),
            secret_key=env.get("QIANXIAN_SECRET_KEY", ""),
            engine=_engine(env, cls.engine),
            **_engine_tls(env),
            snapshots_url=_snapshots_url(env, home),
            follow_seconds=_number(env, "QIANXIAN_FOLLOW_SECONDS", cls.follow_seconds, float),
            shared_limits=_choice(env, "QIANXIAN_SHARED_LIMITS", "0", ("0", "1")) == "1",
            bind=env.get("QIANXIAN_BIND", cls.bind),
            workers=_number(env, "QIANXIAN_WORKERS", cls.workers, int),
            threads=_number(env, "QIANXIAN_THREADS", cls.threads, int),
            language=_choice(env, "QIANXIAN_LANGUAGE", cls.language, ("zh", "en")),
            recompute_cron=env.get("QIANXIAN_RECOMPUTE_CRON", cls.recompute_cron),
            refresh_cron=env.get("QIANXIAN_REFRESH_CRON", cls.refresh_cron),
            check_cron=env.get("QIANXIAN_CHECK_CRON", cls.check_cron),
            remind_cron=env.get("QIANXIAN_REMIND_CRON", cls.remind_cron),
            import_cron=env.get("QIANXIAN_IMPORT_CRON", cls.import_cron),
            retrain_cron=env.get("QIANXIAN_RETRAIN_CRON", cls.retrain_cron),
            retrain_intake_cron=env.get("QIANXIAN_RETRAIN_INTAKE_CRON", cls.retrain_intake_cron),
            notices_cron=env.get("QIANXIAN_NOTICES_CRON", cls.notices_cron),
            smtp=env.get("QIANXIAN_SMTP") or None,
            mail_from=env.get("QIANXIAN_MAIL_FROM") or None,
            public_url=env.get("QIANXIAN_PUBLIC_URL") or None,
            policies_cron=env.get("QIANXIAN_POLICIES_CRON", cls.policies_cron),
            take_ups_cron=env.get("QIANXIAN_TAKE_UPS_CRON", cls.take_ups_cron),
            learn_risk_cron=env.get("QIANXIAN_LEARN_RISK_CRON", cls.learn_risk_cron),
            inbox=Path(env["QIANXIAN_INBOX"]).absolute() if env.get("QIANXIAN_INBOX") else None,
            watch_seconds=_number(env, "QIANXIAN_WATCH_SECONDS", cls.watch_seconds, float),
            retry_seconds=_number(env, "QIANXIAN_RETRY_SECONDS", cls.retry_seconds, float),
            stale_seconds=_number(env, "QIANXIAN_STALE_SECONDS", cls.stale_seconds, float),
            lease_seconds=_number(env, "QIANXIAN_LEASE_SECONDS", cls.lease_seconds, float),
            job_seconds=_number(env, "QIANXIAN_JOB_SECONDS", cls.job_seconds, float),
            job_memory_mib=_number(env, "QIANXIAN_JOB_MEMORY_MIB", 0, int) or None,
            keep_snapshots=_at_least(LEAST_KEPT, env, "QIANXIAN_KEEP_SNAPSHOTS", cls.keep_snapshots),
            secure_cookies=_choice(env, "QIANXIAN_SECURE_COOKIES", "0", ("0", "1")) == "1",
            log_level=env.get("QIANXIAN_LOG_LEVEL", cls.log_level),
            demo=_choice(env, "QIANXIAN_DEMO", "0", ("0", "1")) == "1",
        )

    def to_env(self) -> dict[str, str]:
        """The environment that gives these settings to a child process."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {
            f"QIANXIAN_{name.upper()}": str(int(value) if isinstance(value, bool) else value)
            for name, value in given
            if value is not None
        }

    def require_secret(self) -> str:
        """The key that signs sessions. There is no default: outside the demo it must be given."""
        if len(self.secret_key) < LEAST_SECRET_LENGTH:
            raise Misconfigured("settings.secret_too_short", least=LEAST_SECRET_LENGTH)
        return self.secret_key


def _engine(env: Mapping[str, str], default: str) -> str:
    value = env.get("QIANXIAN_ENGINE", default)
    if _ENGINE.fullmatch(value) is None:
        raise Misconfigured("settings.not_allowed", name="QIANXIAN_ENGINE", value=value, allowed=ENGINES)
    return value


def _snapshots_url(env: Mapping[str, str], home: Path) -> str | None:
    """Where hosts share snapshots; None where this host keeps them to itself."""
    name = "QIANXIAN_SNAPSHOTS_URL"
    value = env.get(name, "").rstrip("/")
    own = value == f"file://{home / 'snapshots'}"  # would be copied onto itself
    if value and (own or _SNAPSHOTS_URL.fullmatch(value) is None):
        raise Misconfigured("settings.not_allowed", name=name, value=value, allowed=SNAPSHOTS_URLS)
    return value or None


def _engine_tls(env: Mapping[str, str]) -> dict[str, Path]:
    """All three or none: a cluster half secured would be spoken to in the clear."""
    names = [f"engine_tls_{part}" for part in ("ca", "cert", "key")]
    given = {name: env.get(f"QIANXIAN_{name.upper()}", "") for name in names}
    missing = [f"QIANXIAN_{name.upper()}" for name, path in given.items() if not path]
    if 0 < len(missing) < len(names):
        raise Misconfigured("settings.tls_together", missing=", ".join(missing))
    return {name: Path(path).absolute() for name, path in given.items() if path}


def _number(env: Mapping[str, str], name: str, default: T, kind: type[T]) -> T:
    text = env.get(name)
    if text is None:
        return default
    try:
        value = kind(text)
    except ValueError:
        raise Misconfigured("settings.not_a_number", name=name, value=text) from None
    if value <= 0:
        raise Misconfigured("settings.not_positive", name=name, value=text)
    return value


def _at_least(least: int, env: Mapping[str, str], name: str, default: int) -> int:
    value = _number(env, name, default, int)
    if value < least:
        raise Misconfigured("settings.too_small", name=name, value=value, least=least)
    return value


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name, default)
    if value not in allowed:
        raise Misconfigured("settings.not_allowed", name=name, value=value, allowed=", ".join(allowed))
    return value
