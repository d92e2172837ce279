"""What can go wrong, in about ten words. Sentences live in the message catalogues, not here."""

from __future__ import annotations


class MatcherError(Exception):
    """A refusal that the person asking can act on.

    `code` is stable and public (problem+json `type`, exit messages). `reason` is a catalogue key
    such as ``needs.text_empty`` whose entry says what and what to do; `params` fill its blanks.
    """

    code = "internal"

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason, params)
        self.reason = reason
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.reason}({details})"


class InvalidInput(MatcherError):
    """The question or the row itself is wrong."""

    code = "invalid_input"


class Unauthenticated(MatcherError):
    """No key, a wrong key, or a session that has ended."""

    code = "unauthenticated"


class Forbidden(MatcherError):
    """The role may not do this at all. For objects out of scope raise NotFound instead."""

    code = "forbidden"


class NotFound(MatcherError):
    """Not there, or not yours: the two must look the same from outside."""

    code = "not_found"


class Conflict(MatcherError):
    """The state of the object forbids it, or an idempotency key was used for something else."""

    code = "conflict"


class VersionMismatch(MatcherError):
    """Somebody else changed the object since it was read (If-Match)."""

    code = "version_mismatch"


class TooManyRequests(MatcherError):
    """Wrong keys or passwords came too fast; the asker has to wait."""

    code = "too_many_requests"


class Unavailable(MatcherError):
    """Not now: no snapshot yet, database away, disk full. Trying again later makes sense."""

    code = "unavailable"


class SnapshotDamaged(MatcherError):
    """A snapshot does not verify; the previous one stays in use."""

    code = "snapshot_damaged"


class CheckFailed(MatcherError):
    """A freshly compiled snapshot is nonsense and was not published."""

    code = "check_failed"


class LeaseLost(MatcherError):
    """Another holder has the lease; this one must stop without publishing."""

    code = "lease_lost"


class Misconfigured(MatcherError):
    """A setting is missing or contradicts another; the process does not start."""

    code = "misconfigured"
