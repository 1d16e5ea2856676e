"""The agent's own registration, and the day by which agents who are enterprises must be paid."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.india_time import day_of, midnight
from hitouch.core.web.queues import WorkQueue, queue_of
from payments.deductions.due_dates import ENTERPRISE_DAYS, agent_due_on
from payments.models import Payment, UdyamRegistration

State = UdyamRegistration.State
#: Finance is told so many days before an agent must be paid.
TOLD_BEFORE = timedelta(days=7)


def current_of(agent: Agent) -> UdyamRegistration | None:
    """What the agent declared last, or what is confirmed."""
    return UdyamRegistration.objects.filter(agent=agent).order_by("-created_at").first()


def confirmed_of(agent: Agent) -> UdyamRegistration | None:
    """The registration that counts, if any."""
    return UdyamRegistration.objects.filter(agent=agent, state=State.CONFIRMED).first()


def pay_by(payment: Payment, registrations: Iterable[UdyamRegistration]) -> date | None:
    """The last day on which the agent may be paid; None for one who was no enterprise."""
    accepted_on = day_of(payment.opened_at)
    is_enterprise = any(row.covers(accepted_on) for row in registrations)
    return agent_due_on(accepted_on, is_enterprise=is_enterprise)


def earliest_pay_by(
    payments: Iterable[Payment], registrations: Iterable[UdyamRegistration]
) -> date | None:
    """The first such day of several payments of one agent."""
    rows = list(registrations)
    days = [day for payment in payments if (day := pay_by(payment, rows))]
    return min(days, default=None)


def payments_due_soon(now: datetime) -> QuerySet[Payment]:
    """Unpaid payments of enterprises that must be paid within a week, or are late."""
    before = midnight(day_of(now) - ENTERPRISE_DAYS + TOLD_BEFORE + timedelta(days=1))
    accepted_on = OuterRef("opened_at__date")
    covering = UdyamRegistration.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=accepted_on),
        agent=OuterRef("agent"),
        state__in=[State.CONFIRMED, State.ENDED],
        registered_on__lte=accepted_on,
    )
    old = Payment.objects.outstanding().filter(opened_at__lt=before, net_paise__gt=0)
    return old.filter(Exists(covering))


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Registrations to look up, and enterprises that must be paid soon."""
    waiting = UdyamRegistration.objects.filter(state=State.DECLARED)
    registrations = reverse("admin:payments_udyamregistration_changelist")
    return [
        queue_of(
            waiting,
            since="created_at",
            label="Udyam registrations to confirm",
            url=f"{registrations}?state__exact=DECLARED",
            group="Payments",
        ),
        queue_of(
            payments_due_soon(now),
            since="opened_at",
            label="Registered enterprises to pay within a week",
            url=reverse("admin:payments_payout_changelist"),
            group="Payments",
        ),
    ]
