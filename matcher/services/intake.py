"""shim"""
from datetime import datetime
from matcher.domain.need import Draft
from matcher.services.asked import today
from matcher.text.intake import read


def draft(text: str, now: datetime) -> Draft:
    """x"""
    return read(text, today(now))
