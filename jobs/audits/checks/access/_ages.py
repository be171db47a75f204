"""Points in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone


def ago(days: int) -> datetime:
    """So many days before now."""
    return timezone.now() - timedelta(days=days)


def day(moment: datetime | None) -> str:
    """The day, as "2026-01-31"; "" for none."""
    return f"{moment:%Y-%m-%d}" if moment else ""
