"""Lists that are sent whole: what did not change stays the row that it was."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from accounts.models import Agent


def replace_rows(
    agent: Agent, model: type[models.Model], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Make the agent's rows of this model say exactly this."""
    manager: models.Manager[Any] = model._default_manager
    wanted = [dict(row) for row in rows]
    gone = []
    for known in manager.filter(agent=agent):
        same = next((row for row in wanted if _is(known, row)), None)
        gone.append(known.pk) if same is None else wanted.remove(same)
    if gone:
        manager.filter(pk__in=gone).delete()
    manager.bulk_create(model(agent=agent, **row) for row in wanted)


def _is(known: models.Model, row: Mapping[str, Any]) -> bool:
    return all(getattr(known, name) == value for name, value in row.items())
