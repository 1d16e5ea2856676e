"""State machines of models: transitions are declared once and enforced by database triggers.

A service changes a row's state with `transition`, a compare-and-set that adds an event row. The
triggers of `StateMachine.triggers` reject undeclared transitions, also from
`QuerySet.update()`, the admin and psql.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from hitouch.core.errors import Refusal


class InvalidTransition(Refusal):
    """There is no such transition from the row's state, or the row was changed meanwhile."""

    code = "wrong_state"
    message = "This has changed since you opened it. Reload the page to see the latest status."


class StateMachine:
    """The states of a model and the transitions between them.

    `start` is the only state of a new row; `edges` maps a state to the states that may follow.
    A state without an entry is final. `field` is the column that holds the state.
    """

    def __init__(
        self, *, start: str, edges: Mapping[str, Sequence[str]], field: str = "state"
    ) -> None:
        self.start = str(start)
        self.field = field
        self.edges = {str(was): tuple(map(str, nexts)) for was, nexts in edges.items()}

    def allows(self, was: str, became: str) -> bool:
        """Whether the transition is declared."""
        return str(became) in self.edges.get(str(was), ())

    def triggers(self) -> list[pgtrigger.Trigger]:
        """Triggers: a new row has the start state, and only declared transitions are possible."""
        return [
            pgtrigger.FSM(
                name="state_edges",
                field=self.field,
                transitions=[(was, to) for was, nexts in self.edges.items() for to in nexts],
            ),
            pgtrigger.Protect(
                name="state_start",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(**{f"new__{self.field}__df": self.start}),
            ),
        ]


class StateEvent(models.Model):
    """One transition of one row: who, when, from, to, why. Added by `transition`, immutable.

    A subclass adds `subject`, a foreign key to the row with `related_name="events"`.
    """

    was = models.CharField(max_length=24, blank=True)
    became = models.CharField(max_length=24)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.was or 'new'} → {self.became}"


class Stateful(Protocol):
    """What `transition` needs of a row."""

    pk: Any
    machine: StateMachine
    events: Any


def transition(
    row: Any, *, to: str, by: Any, at: datetime, why: str = "", **changes: object
) -> models.Model:
    """Change the row's state and add an event row, in one transaction. Returns the event.

    `by` is a User, or None for the system. `changes` are further fields of the row to save with
    the state. Raises `InvalidTransition` when the transition is not declared or the row was
    changed since it was read.
    """
    stateful = cast(Stateful, row)
    field = stateful.machine.field
    was = getattr(row, field)
    if not stateful.machine.allows(was, to):
        raise InvalidTransition
    # Without a savepoint: a refusal below leaves nothing to undo.
    with transaction.atomic(savepoint=False):
        rows = type(row)._base_manager.filter(Q(pk=row.pk) & Q((field, was)))
        changed = rows.update(**{field: to}, updated_at=at, **changes)
        if changed:
            event = stateful.events.create(was=was, became=to, by=by, at=at, why=why)
    if not changed:
        raise InvalidTransition
    for name, value in {field: to, "updated_at": at, **changes}.items():
        setattr(row, name, value)
    return cast(models.Model, event)
