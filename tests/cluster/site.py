"""A site of several hosts: real processes with folders of their own, and people who ask them over HTTP."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cluster.certificates import TLS

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass
class Site:
    """Starts processes by name, each in a folder and a group of its own, and ends all of them.

    `within` gives the command that runs another on the network of a name; empty: on this machine's.
    """

    folder: Path
    environ: Mapping[str, str]
    within: Mapping[str, list[str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str, **environ: str) -> subprocess.Popen[bytes]:
        """``python ARGUMENTS`` as `name`."""
        (self.folder / name).mkdir(exist_ok=True)
        command = [*self.within.get(name, []), sys.executable, *arguments]
        told = {**os.environ, **self.environ, "PYTHONPATH": str(ROOT), **environ}
        with (self.folder / f"{name}.log").open("ab") as log:
            started = subprocess.Popen(
                command, cwd=self.folder / name, env=told, stdout=log, stderr=log, start_new_session=True
            )
        self.processes[name] = started
        return started

    def kill(self, name: str) -> None:
        """kill -9 of everything that was started under this name, as when a host loses its power."""
        process = self.processes.pop(name)
        below = _children(process.pid)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for pid in below:  # what a supervisor has started has groups of its own
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """All of it."""
        for name in list(self.processes):
            self.kill(name)

    def scheduler(self, tls: TLS, host: str = "127.0.0.1") -> None:
        """A Dask scheduler that speaks TLS alone."""
        self._dask("scheduler", tls, "--host", host, "--port", "0")

    def worker(self, name: str, tls: TLS, host: str = "127.0.0.1") -> None:
        """A worker of it, under its name."""
        single = ("--no-nanny", "--nthreads", "1", "--name", name)
        self._dask(name, tls, "--host", host, *single)

    def _dask(self, name: str, tls: TLS, *arguments: str) -> None:
        kind = "scheduler" if name == "scheduler" else "worker"
        names = ("--tls-ca-file", "--tls-cert", "--tls-key")
        secured = [part for pair in zip(names, map(str, tls), strict=True) for part in pair]
        shared = ["--protocol", "tls", *secured, "--scheduler-file", str(self.folder / "scheduler.json")]
        module = f"distributed.cli.dask_{kind}"
        self.start(name, "-m", module, "--no-dashboard", *shared, *arguments)


def _children(pid: int) -> list[int]:
    """All that run below a process."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(one) for one in listed.read_text().split()] if listed.exists() else []
    return [*direct, *(below for one in direct for below in _children(one))]


@dataclass
class Person:
    """Somebody with a browser: cookies, or a key, and no patience for anything but HTTP."""

    key: str | None = None
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def get(self, address: str) -> tuple[int, Any]:
        """Status and body (JSON read); 0 where nobody answers."""
        return self._ask(urllib.request.Request(address))

    def post(self, address: str, body: Mapping[str, Any], **headers: str) -> tuple[int, Any]:
        """Send JSON. Names of headers with _ for -."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        data = json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        return self._ask(urllib.request.Request(address, data, {**kind, **told}))

    def log_in(self, host: str, name: str, password: str) -> int:
        """By the form of the log-in page."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', str(self.get(f"{host}/login")[1]))
        assert token is not None
        form = {"name": name, "password": password, "csrf_token": token[1], "after": "/needs"}
        data = urllib.parse.urlencode(form).encode()
        return self._ask(urllib.request.Request(f"{host}/login", data))[0]

    def _ask(self, request: urllib.request.Request) -> tuple[int, Any]:
        if self.key is not None:
            request.add_header("Authorization", f"Bearer {self.key}")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay())
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, _read(refusal)
        except (OSError, http.client.HTTPException):
            return 0, None


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer."""

    def redirect_request(self, *_told: Any) -> None:
        return None


def _read(answer: Any) -> Any:
    text = answer.read().decode()
    return json.loads(text) if "json" in str(answer.headers.get("Content-Type")) else text
