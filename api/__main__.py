"""``python -m api``: the server as a process of its own, as the scheduler's side starts it."""

from __future__ import annotations

import sys

from api.server import run
from matcher.errors import Misconfigured
from matcher.messages import explain
from matcher.settings import Settings


def main() -> int:
    """Serve; 2 with an explanation where the settings do not allow it."""
    try:
        settings = Settings.from_env()
        run(settings)
    except Misconfigured as error:
        sys.stderr.write("\n".join(explain(error, "zh") + explain(error, "en")) + "\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
