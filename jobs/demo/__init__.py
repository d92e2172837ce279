"""The demo district: two invented streets of an invented city, with firms, needs, banks and five stories.

Everything is invented; ``docs/demo.md`` tells what is in it.
"""

from jobs.demo.district import populate
from jobs.demo.summary import DemoAccount, Summary

__all__ = ["DemoAccount", "Summary", "populate"]
