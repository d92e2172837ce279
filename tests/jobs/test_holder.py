"""Who holds a lease: known to be dead only where the kernel of this host says so."""

from __future__ import annotations

import subprocess
import sys

from jobs import holder


def test_this_process_is_alive() -> None:
    assert not holder.is_dead(holder.me())


def test_a_process_of_this_host_that_has_ended_is_dead() -> None:
    show = "from jobs import holder; print(holder.me())"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, timeout=60)
    assert holder.is_dead(done.stdout.strip())


def test_a_number_used_again_is_another_process() -> None:
    host, namespace, pid, started = holder.me().split("/")
    assert holder.is_dead(f"{host}/{namespace}/{pid}/{int(started) - 1}")


def test_a_process_elsewhere_or_an_unreadable_name_counts_as_alive() -> None:
    _, namespace, pid, started = holder.me().split("/")
    for name in (f"other/{namespace}/{pid}/{int(started) - 1}", "someone", "a/b/c/d", ""):
        assert not holder.is_dead(name)
