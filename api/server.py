"""The production server: gunicorn with threads, the application loaded once and shared by its workers."""

from __future__ import annotations

import gc
import os
import shutil
from typing import Any, Final

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from matcher.settings import Settings

KEEP_ALIVE_SECONDS: Final = 5
GRACE_SECONDS: Final = 25  # SIGTERM lets requests in flight finish for so long


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its command line and without its configuration file."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Options from our settings alone."""
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application; with preload this runs once, in the parent.

        What is loaded here stays for good: collecting it would only cost time, now and in every worker,
        and would copy the pages that the workers share.
        """
        from api import create_app

        gc.disable()
        application = create_app(self.settings)
        gc.freeze()
        gc.enable()
        return application


def options(settings: Settings) -> dict[str, Any]:
    """Gunicorn's options. The control socket stays off: two instances would fight for it."""
    return {
        "bind": settings.bind,
        "worker_class": "gthread",
        "workers": settings.workers,
        "threads": settings.threads,
        "preload_app": True,
        "control_socket_disable": True,
        "keepalive": KEEP_ALIVE_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "timeout": 60,
        "accesslog": None,
        "loglevel": settings.log_level.lower(),
        "proc_name": "qianxian",
        "post_fork": _after_fork,
        "child_exit": _on_exit,
    }


def run(settings: Settings) -> None:
    """Serve until SIGTERM. Raises Misconfigured before anything is bound."""
    settings.require_secret()
    # Read by prometheus_client at its import, which comes with the application.
    folder = settings.home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    Server(settings).run()


def _after_fork(_server: Any, worker: Any) -> None:
    """A connection must not be shared by processes: each worker opens its own."""
    from api.wiring import of_application

    of_application(worker.app.callable).store.close()


def _on_exit(_server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
