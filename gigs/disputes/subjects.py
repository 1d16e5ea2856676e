"""What can be disputed: an application, a gig, work with its payment, a part of it, or a shift.

A dispute about a payment is one about the work, shift or gig that earned it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Agent
from gigs.models import Application, Claim, Client, Dispute, Gig, RefusedPart, Work
from gigs.work import queries as work_queries
from hitouch.core import money
from hitouch.core.errors import Refusal

#: What happened can be disputed for so long.
OPEN_WITHIN = timedelta(days=30)
Kind = Dispute.Kind
Side = Dispute.Side


class NotDisputableYet(Refusal):
    """Somebody else has to act first."""

    code = "not_disputable_yet"
    message = "This cannot be disputed yet."


class DisputeTooLate(Refusal):
    """It is too long ago."""

    code = "dispute_too_late"
    message = "This can be disputed until 30 days after it happened."


class NoMoneyInDispute(Refusal):
    """This subject and side have no amount to ask for."""

    code = "no_money_in_dispute"
    message = "An amount cannot be asked for here. Leave it empty and say what should change."
    status = 422
    field = "asked_paise"


class AskTooHigh(Refusal):
    """More is asked for than the gig can pay."""

    code = "ask_too_high"
    status = 422
    field = "asked_paise"


@dataclass(frozen=True)
class Subject:
    """One thing that can be disputed."""

    kind: str
    row: Application | Gig | Work | Claim | RefusedPart
    agent: Agent
    client: Client
    title: str
    gig: Gig | None = None

    @property
    def columns(self) -> dict[str, object]:
        """The columns of a dispute about it."""
        own = {
            Kind.APPLICATION: "application",
            Kind.GIG: "gig",
            Kind.WORK: "work",
            Kind.SHIFT: "claim",
            Kind.PART: "part",
        }
        return {"gig": self.gig, own[Kind(self.kind)]: self.row}


def find_subject(
    kind: str, pk: UUID, *, agent: Agent | None = None, client: Client | None = None
) -> Subject | None:
    """The subject, if it is the agent's or the client's; of anybody, for staff, if neither."""
    finders = {
        Kind.APPLICATION: _application,
        Kind.GIG: _gig,
        Kind.WORK: _work,
        Kind.SHIFT: _shift,
        Kind.PART: _part,
    }
    subject = finders[Kind(kind)](pk) if kind in finders else None
    if subject is None or (agent and subject.agent.pk != agent.pk):
        return None
    return None if client and subject.client.pk != client.pk else subject


def _application(pk: UUID) -> Subject | None:
    rows = Application.objects.select_related("agent__user", "opportunity__project__client")
    row = rows.filter(pk=pk).first()
    if row is None:
        return None
    opportunity = row.opportunity
    title = f"Application for {opportunity.title}"
    return Subject(Kind.APPLICATION, row, row.agent, opportunity.client, title)


def _of_gig(kind: str, row: Gig | Work | Claim | RefusedPart, gig: Gig, what: str) -> Subject:
    return Subject(kind, row, gig.agent, gig.client, f"{what}{gig.title}", gig)


def _gig(pk: UUID) -> Subject | None:
    rows = Gig.objects.select_related("agent__user", "client", "opportunity")
    row = rows.filter(pk=pk).first()
    return _of_gig(Kind.GIG, row, row, "") if row else None


def _work(pk: UUID) -> Subject | None:
    row = work_queries.works().filter(pk=pk).first()
    return _of_gig(Kind.WORK, row, row.gig, "Work for ") if row else None


def _shift(pk: UUID) -> Subject | None:
    rows = Claim.objects.select_related("gig__agent__user", "gig__client", "slot")
    row = rows.filter(pk=pk).first()
    return _of_gig(Kind.SHIFT, row, row.gig, "Shift for ") if row else None


def _part(pk: UUID) -> Subject | None:
    rows = RefusedPart.objects.select_related("work__gig__agent__user", "work__gig__client")
    row = rows.filter(pk=pk).first()
    return _of_gig(Kind.PART, row, row.work.gig, "Part of work for ") if row else None


def check_time(subject: Subject, *, at: datetime) -> None:
    """Refuse what has not happened yet, is not decided yet, or was too long ago."""
    happened_at = _happened_at(subject, at=at)
    if at > happened_at + OPEN_WITHIN:
        raise DisputeTooLate


def _happened_at(subject: Subject, *, at: datetime) -> datetime:
    row = subject.row
    if isinstance(row, Application):
        if row.is_pending:
            raise NotDisputableYet("This application is not decided yet.")
        return row.decided_at or row.updated_at
    if isinstance(row, Work):
        if row.state not in (Work.State.APPROVED, Work.State.REJECTED):
            raise NotDisputableYet("This work is not decided yet. You can dispute the decision.")
        return row.decided_at or row.updated_at
    if isinstance(row, RefusedPart):
        return row.refused_at
    if isinstance(row, Claim):
        if row.slot.ends_at > at and row.is_held:
            raise NotDisputableYet("This shift is not over yet.")
        return min(row.slot.ends_at, at)
    return row.completed_at or at


def most_paise(subject: Subject, side: str) -> int:
    """The most that a side can ask for; 0 if it can ask for nothing."""
    row, gig = subject.row, subject.gig
    if gig is None:
        return 0
    if isinstance(row, RefusedPart):
        return row.amount_paise if side == Side.AGENT else 0
    if side == Side.CLIENT:
        return work_queries.gross_of(row) if isinstance(row, Work) and row.is_approved else 0
    return gig.full_pay_paise


def check_amount(subject: Subject, side: str, asked_paise: int | None) -> None:
    """Refuse an amount where there is none to ask for, or that is more than there can be."""
    if asked_paise is None:
        return
    most = most_paise(subject, side)
    if not most:
        raise NoMoneyInDispute
    if not 0 < asked_paise <= most:
        raise AskTooHigh(f"Ask for an amount between ₹0.01 and {money.rupees(most)}.")
