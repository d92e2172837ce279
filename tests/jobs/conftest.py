"""The jobs' tests share the fault tests' short settings and tiny district."""

from tests.faults.conftest import district, settings, wiring

__all__ = ["district", "settings", "wiring"]
