"""The name of this process as a holder of leases, and whether another holder is known to be dead.

A lease of a killed process would hold for its whole time. If the holder ran on this very host
(same host name, same process namespace) the kernel can tell that it is gone, and nobody waits.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

UNKNOWN = "-"


def me() -> str:
    """``host/namespace/pid/start``: unique to this process on this host, readable in a message."""
    return f"{socket.gethostname()}/{_namespace()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(holder: str) -> bool:
    """Whether `holder` is certainly gone. Someone on another host, or unreadable, counts as alive."""
    parts = holder.split("/")
    if len(parts) != 4 or UNKNOWN in parts or parts[:2] != [socket.gethostname(), _namespace()]:
        return False
    pid, started = parts[2:]
    return pid.isdecimal() and _started(int(pid)) != started


def _namespace() -> str:
    link = Path("/proc/self/ns/pid")
    return str(link.readlink()).strip("pid:[]") if link.is_symlink() else UNKNOWN


def _started(pid: int) -> str:
    """Clock ticks after boot at which `pid` began: a number used twice is told apart by it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return UNKNOWN
    # The state is the first of these fields: a zombie is dead, whatever the table says.
    return UNKNOWN if fields[0] in "ZX" else fields[19]
