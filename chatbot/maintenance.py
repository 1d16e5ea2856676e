"""What becomes due by time at the support desk."""

from datetime import datetime

from chatbot.desk import assignment, escalation
from hitouch.core import sweeps

#: In order: who left gives tickets back, before the queue is assigned.
SWEEPS = (
    sweeps.Sweep(
        name="chatbot.tickets_of_members_who_left",
        due=assignment.of_members_who_left,
        act=lambda row, now: assignment.return_to_queue(ticket=row, at=now),
        order=("opened_at", "pk"),
    ),
    sweeps.Sweep(
        name="chatbot.overdue_tickets",
        due=escalation.overdue,
        act=lambda row, now: escalation.escalate(ticket=row, at=now),
        order=("opened_at", "pk"),
    ),
    sweeps.Sweep(
        name="chatbot.tickets_not_opened_in_time",
        due=assignment.unopened,
        act=lambda row, now: assignment.pass_on(ticket=row, at=now),
        order=("assigned_at", "pk"),
    ),
    sweeps.Sweep(
        name="chatbot.tickets_without_a_member",
        due=assignment.assignable,
        act=lambda row, now: assignment.assign_ticket(ticket=row, at=now),
        order=("-priority", "opened_at", "pk"),
    ),
)


def sweep(*, at: datetime) -> None:
    """Run the sweeps in their order."""
    for each in SWEEPS:
        sweeps.run(each, now=at)
