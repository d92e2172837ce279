"""Rows: the truth. One file an aggregate, classes on top, queries (functions taking a session) below."""

from matcher.storage import (
    accounts,
    cases,
    consents,
    enterprises,
    events,
    feedback,
    held,
    identities,
    imports,
    impressions,
    intake_models,
    journal,
    leases,
    needs,
    outbox,
    products,
    told_counts,
)
from matcher.storage.db import Base

__all__ = [
    "Base",
    "accounts",
    "cases",
    "consents",
    "enterprises",
    "events",
    "feedback",
    "held",
    "identities",
    "imports",
    "impressions",
    "intake_models",
    "journal",
    "leases",
    "needs",
    "outbox",
    "products",
    "told_counts",
]
