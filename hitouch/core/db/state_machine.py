"""State machines: the edges are declared once and the database holds everybody to them.

A service moves a row with `move`, a compare-and-set that leaves an event row. The triggers
of `Machine.triggers` refuse an edge that is not declared, so that `QuerySet.update()`, the
admin and psql obey as well.
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
    """The row is in a state from which this cannot be done, or was moved meanwhile."""

    code = "wrong_state"
    message = "This has changed since you opened it. Reload the page to see the latest status."


class StateMachine:
    """The states of one kind of row and the edges between them.

    `start` is the only state a new row may have; `edges` maps a state to those that may
    follow it. A state without an entry is an end.
    """

    def __init__(self, *, start: str, edges: Mapping[str, Sequence[str]]) -> None:
        self.start = str(start)
        self.edges = {str(was): tuple(map(str, nexts)) for was, nexts in edges.items()}

    def allows(self, was: str, became: str) -> bool:
        """Whether a row may go from one state straight to the other."""
        return str(became) in self.edges.get(str(was), ())

    def triggers(self) -> list[pgtrigger.Trigger]:
        """The database's part: new rows begin at the start, and move along edges only."""
        return [
            pgtrigger.FSM(
                name="state_edges",
                field="state",
                transitions=[(was, to) for was, nexts in self.edges.items() for to in nexts],
            ),
            pgtrigger.Protect(
                name="state_start",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__state__df=self.start),
            ),
        ]


class StateEvent(models.Model):
    """One move of one row: who, when, from, to, why. Added by `move`, never changed.

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
    """What `move` needs of a row."""

    pk: Any
    state: str
    machine: StateMachine
    events: Any


def transition(
    row: Any, *, to: str, by: Any, at: datetime, why: str = "", **changes: object
) -> models.Model:
    """Move the row along an edge and leave an event row, both or neither.

    `by` is a User, or None for the system. `changes` are further fields of the row that
    change with the state. Raises `WrongState` when there is no such edge, or when somebody
    else moved the row since it was read.
    """
    stateful = cast(Stateful, row)
    was = stateful.state
    if not stateful.machine.allows(was, to):
        raise InvalidTransition
    with transaction.atomic():
        rows = type(row)._base_manager.filter(Q(pk=row.pk) & Q(state=was))
        if not rows.update(state=to, updated_at=at, **changes):
            raise InvalidTransition
        event = stateful.events.create(was=was, became=to, by=by, at=at, why=why)
    for name, value in {"state": to, "updated_at": at, **changes}.items():
        setattr(row, name, value)
    return cast(models.Model, event)
