"""Escalation: a ticket that is overdue gets a higher priority, once, and its member is told."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.security import audit
from chatbot.desk import assignment, clocks, live, notices, takeover
from chatbot.models import Ticket


def overdue(now: datetime) -> QuerySet[Ticket]:
    """Open tickets with a clock past its due moment that were not escalated since they opened."""
    late = Q(first_due_at__lt=now) | Q(next_due_at__lt=now) | Q(resolution_due_at__lt=now)
    rows = Ticket.objects.exclude(state=Ticket.State.RESOLVED)
    return rows.filter(late, is_on_hold=False, escalated_at=None)


@transaction.atomic
def escalate(*, ticket: Ticket, at: datetime) -> bool:
    """Raise the priority of an overdue ticket by one; return whether that was still due."""
    ticket = takeover.lock_ticket(ticket)
    if not overdue(at).filter(pk=ticket.pk).exists():
        return False
    raised = min(ticket.priority + 1, max(Ticket.Priority.values))
    old = ticket.priority
    Ticket.objects.filter(pk=ticket.pk).update(priority=raised, escalated_at=at, updated_at=at)
    ticket.priority, ticket.escalated_at = raised, at
    clocks.recompute(ticket)
    audit.record_event(
        by=None, action="chatbot.ticket_escalated", on=ticket, at=at,
        old={"priority": old}, new={"priority": raised},
    )  # fmt: skip
    if ticket.assigned_to is not None and assignment.is_support(ticket.assigned_to):
        notices.tell_overdue(ticket, ticket.assigned_to, at)
    live.ticket_changed(ticket, "escalated")
    return True
