"""Replaces a list of an agent's rows, keeping unchanged rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from accounts.models import Agent


def replace_rows(
    agent: Agent, model: type[models.Model], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Delete and create rows so that the agent's rows of this model equal `rows`."""
    manager: models.Manager[Any] = model._default_manager
    missing = [dict(row) for row in rows]
    obsolete = []
    for existing in manager.filter(agent=agent):
        match = next((row for row in missing if _equals(existing, row)), None)
        obsolete.append(existing.pk) if match is None else missing.remove(match)
    if obsolete:
        manager.filter(pk__in=obsolete).delete()
    manager.bulk_create(model(agent=agent, **row) for row in missing)


def _equals(existing: models.Model, row: Mapping[str, Any]) -> bool:
    return all(getattr(existing, name) == value for name, value in row.items())
