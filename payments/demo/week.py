"""A week of payments for the demo, and some months before it, made by the services.

Every state that finance has to know is there: funded, paid, returned by the bank, outcome unknown,
failed, on hold, a deposit without a client, a difference with the bank, a batch that waits for
approval, and a proposed rate. All times are counted from `now`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Agent, User
from gigs.applications import services as applications
from gigs.clients import services as clients
from gigs.disputes import services as disputes
from gigs.disputes.subjects import Side, find_subject
from gigs.models import Category, Client, Gig, Member, Opportunity, PayKind, Project, Work
from gigs.opportunities import services as opportunities
from gigs.shifts import services as shifts
from gigs.slots import claims
from gigs.slots import services as slots
from gigs.work import services as works
from hitouch.core.cefr import CEFR
from hitouch.core.india_time import INDIA, day_of
from hitouch.core.payout_provider.base import (
    OutcomeUnknown,
    PayoutProvider,
    PayoutTarget,
    TransferOrder,
    TransferResult,
)
from hitouch.core.payout_provider.manual import ManualTransfer
from payments.billing import services as billing
from payments.earnings import adjustments
from payments.funding import deposits
from payments.models import (
    Deposit,
    Difference,
    FeeRule,
    Payment,
    PaymentHold,
    Payout,
    PayoutBatch,
    PayoutDecision,
    Rail,
)
from payments.payouts import batches, decisions, sending
from payments.payouts import services as payouts
from payments.rates import services as rates
from payments.reconciliation import services as reconciliation
from payments.reconciliation import statements

PROJECT = "Returns desk"
#: The first day of the history, counted back from now.
HISTORY_DAYS = 100
#: Before a difference with the bank has been open for so long that all sending stops.
EXPLAINED_AFTER = timedelta(days=1)
HOURLY: dict[str, Any] = {
    "title": "Returns desk, day shift",
    "description": "Answer customers who send something back, and follow each parcel to the end.",
    "category": Category.CHAT,
    "minimum_level": CEFR.B1,
    "pay_kind": PayKind.HOURLY,
    "rate_paise": 300_00,
    "hours_each": 80,
    "headcount": 2,
}
FIXED: dict[str, Any] = {
    "title": "Rewrite the returns guide",
    "description": "Rewrite the forty pages of our returns guide in plain English.",
    "category": Category.QUALITY,
    "minimum_level": CEFR.B2,
    "pay_kind": PayKind.FIXED,
    "rate_paise": 36_000_00,
    "headcount": 1,
}


#: Of an invented company in another state than ours, so that its bills have integrated tax.
BILLING_DETAILS: dict[str, Any] = {
    "gstin": "27AAACO1234E1ZY",
    "address_1": "4 Hill Road",
    "place": "Mumbai",
    "pin_code": "400050",
    "state_code": "27",
}


@dataclass(frozen=True)
class DemoCast:
    """Who takes part: two agents with bank accounts, a client's member, and two in finance."""

    asha: Agent
    ravi: Agent
    member: Member
    maker: User
    checker: User

    @property
    def client(self) -> Client:
        return self.member.client


class SilentProvider(PayoutProvider):
    """A payout provider whose answer to a transfer is lost."""

    name = "RAZORPAYX"

    def register_account(self, target: PayoutTarget) -> str:
        """An account that the provider knows."""
        return "fa_demo0000000001"

    def begin_transfer(self, order: TransferOrder) -> TransferResult:
        """Nobody knows whether this transfer was made."""
        raise OutcomeUnknown("the answer was lost")


def play(*, cast: DemoCast, now: datetime) -> None:
    """Create the demo's week once; later close what would stop the demo's sending."""
    if Project.objects.filter(client=cast.client, title=PROJECT).exists():
        _explain_old_differences(cast, now)
        return
    with transaction.atomic():
        DemoWeek(cast, now).play()


class DemoWeek:
    """The events, in the order in which they happened."""

    def __init__(self, cast: DemoCast, now: datetime) -> None:
        self.cast, self.now, self.today = cast, now, day_of(now)

    def at(self, days_ago: int, hour: int = 12, minute: int = 0) -> datetime:
        """A time of a day in India, counted back from today."""
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time(hour, minute), INDIA)

    def utr(self, days_ago: int, number: int, bank: str = "HDFCN") -> str:
        """A UTR of a day, of 16 characters."""
        return f"{bank}{self.today - timedelta(days=days_ago):%Y%m%d}{number:03d}"

    def play(self) -> None:
        """Everything, oldest first."""
        self.deposit(1_50_000_00, days_ago=HISTORY_DAYS, number=1)
        self.hire()
        self.earlier_months()
        self.paid_and_returned()
        self.failed()
        self.unknown()
        self.on_hold()
        self.unmatched_deposit()
        self.waiting_batch()
        self.difference()
        self.proposed_rate()

    # The client's money, and the work

    def deposit(self, paise: int, *, days_ago: int, number: int, reference: bool = True) -> Deposit:
        """Money of the client that came in; without the reference nobody knows whose it is."""
        named = deposits.open_funding(self.cast.client).reference if reference else "VENDOR ADVANCE"
        return deposits.receive_deposit(
            amount_paise=paise,
            utr_number=self.utr(days_ago, number, "UTIBN"),
            received_on=self.today - timedelta(days=days_ago),
            narration=f"NEFT CR-{self.cast.client.name.upper()}-{named}",
            origin=Deposit.Origin.STATEMENT if reference else Deposit.Origin.WEBHOOK,
            at=self.at(days_ago, 9),
        )

    def hire(self) -> None:
        """Two opportunities, and both agents accepted."""
        opened, by = self.at(HISTORY_DAYS, 11), self.cast.member.user
        project = clients.create_project(
            now=opened, client=self.cast.client, title=PROJECT, department="Customer care",
            description="People who look after everything that customers send back.",
            budget_paise=5_00_000_00,
        )  # fmt: skip
        self.gigs: dict[tuple[Agent, str], Gig] = {}
        for facts, agents in (
            (HOURLY, (self.cast.asha, self.cast.ravi)),
            (FIXED, (self.cast.asha,)),
        ):
            draft = opportunities.create_opportunity(
                project=project, apply_by=opened + timedelta(days=30), now=opened, **facts
            )
            opportunity = opportunities.publish(opportunity=draft, by=by, at=opened)
            for agent in agents:
                self.gigs[agent, opportunity.title] = self.accept(opportunity, agent)

    def accept(self, opportunity: Opportunity, agent: Agent) -> Gig:
        """The agent applies, and is accepted the next day."""
        application = applications.apply(
            opportunity=opportunity, agent=agent, now=self.at(HISTORY_DAYS, 16)
        )
        at = self.at(HISTORY_DAYS - 1, 10)
        return applications.accept(application=application, by=self.cast.member.user, at=at)

    def shift(self, agent: Agent, *, days_ago: int, minutes: int = 8 * 60) -> Payment:
        """A shift that was worked, and approved the next morning: the payment it opened."""
        gig, starts_at = self.gigs[agent, HOURLY["title"]], self.at(days_ago, 10)
        ends_at, before = starts_at + timedelta(hours=8), starts_at - timedelta(days=1)
        slot = gig.opportunity.slots.filter(starts_at=starts_at).first() or slots.add_slot(
            opportunity=gig.opportunity,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=2,
            now=before,
        )
        claim = claims.claim_slot(slot=slot, agent=agent, now=before)
        session = shifts.clock_in(claim=claim, by=agent.user, at=starts_at)
        left_at = starts_at + timedelta(minutes=minutes)
        shifts.clock_out(session=session, at=left_at)
        return self.approved(gig, "Returns of the day are answered.", left_at, days_ago - 1)

    def approved(self, gig: Gig, summary: str, at: datetime, days_ago: int) -> Payment:
        """The payment of work that the client approved."""
        work: Work = works.submit_work(gig=gig, summary=summary, by=gig.agent.user, at=at)
        works.approve_work(work=work, member=self.cast.member, at=self.at(days_ago, 9, 30))
        return Payment.objects.get(work=work)

    # Payouts

    def started(self, payment: Payment, at: datetime) -> Payout:
        """The payout of a payment, which the maker transfers by hand."""
        payout = payment.payouts.get(state=Payout.State.READY)
        return payouts.start_payout(payout=payout, by=self.cast.maker, at=at)

    def paid(self, payment: Payment, *, days_ago: int, number: int) -> Payout:
        """Transferred by hand, with the UTR that the checker recorded."""
        payout = self.started(payment, self.at(days_ago, 12))
        return payouts.settle_payout(
            payout=payout,
            utr_number=self.utr(days_ago, number),
            by=self.cast.checker,
            at=self.at(days_ago, 15, 20),
        )

    def decided(self, payout: Payout, verb: str, reason: str, at: datetime) -> None:
        """Said by the checker, and confirmed by the maker an hour later."""
        decision = decisions.propose_decision(
            payout=payout, verb=verb, reason=reason, by=self.cast.checker, at=at
        )
        hour = timedelta(hours=1)
        decisions.accept_decision(decision=decision, by=self.cast.maker, at=at + hour)

    def earlier_months(self) -> None:
        """Paid work of three months; one amount is so high that tax is withheld."""
        first = self.shift(self.cast.asha, days_ago=96)
        self.paid(first, days_ago=94, number=1)
        guide = self.gigs[self.cast.asha, FIXED["title"]]
        payment = self.approved(guide, "All forty pages are done.", self.at(64, 18), 63)
        self.paid(payment, days_ago=62, number=2)
        self.paid(self.shift(self.cast.asha, days_ago=36), days_ago=34, number=3)
        self.paid(self.shift(self.cast.ravi, days_ago=36, minutes=455), days_ago=34, number=4)

        self.billed_and_credited(first)

    def billed_and_credited(self, first: Payment) -> None:
        """Bills of the first two months; then a payment on one is corrected, and so credited."""
        client, by = self.cast.client, self.cast.member.user
        billing.save_details(
            client=client, by=by, at=self.at(HISTORY_DAYS, 10), **BILLING_DETAILS,
            legal_name=f"{client.name} Private Limited",
        )  # fmt: skip
        billing.bill_client(client=client, at=self.at(33, 2))
        adjustment = adjustments.propose(
            payment=first, gross_paise=first.gross_paise + 300_00,
            reason="The hour of training before the shift was left out.",
            by=self.cast.maker, at=self.at(32, 11),
        )  # fmt: skip
        corrected = adjustments.approve(
            adjustment=adjustment, by=self.cast.checker, at=self.at(32, 14)
        )
        if corrected is not None:
            self.paid(corrected, days_ago=31, number=9)

    def paid_and_returned(self) -> None:
        """The client funds; one payment arrives, another is returned by the bank later."""
        self.funded = self.deposit(2_00_000_00, days_ago=7, number=2)
        mine = self.shift(self.cast.asha, days_ago=8)
        theirs = self.shift(self.cast.ravi, days_ago=8)
        self.arrived = self.paid(mine, days_ago=6, number=5)
        self.returned = self.paid(theirs, days_ago=6, number=6)
        reason = "Your bank returned the transfer: the account does not take credits."
        self.decided(self.returned, PayoutDecision.Verb.REVERSE, reason, self.at(4, 11))

    def failed(self) -> None:
        """A transfer that the bank did not carry out."""
        payout = self.started(self.shift(self.cast.asha, days_ago=5), self.at(3, 12))
        reason = "The bank did not carry out the transfer. We are checking why."
        self.decided(payout, PayoutDecision.Verb.FAIL, reason, self.at(3, 16))

    def unknown(self) -> None:
        """A transfer by the provider whose answer was lost."""
        payment, at = self.shift(self.cast.ravi, days_ago=4), self.at(2, 12)
        batch = self.submitted(Rail.RAZORPAYX, at)
        batches.approve_batch(
            batch=batch, count=batch.count, total_paise=batch.total_paise,
            by=self.cast.checker, at=at + timedelta(minutes=30),
        )  # fmt: skip
        sent = at + timedelta(minutes=31)
        attempt = sending.begin_payout(payout_id=payment.payouts.get().pk, now=sent)
        if attempt is not None:
            sending.advance_attempt(attempt_id=attempt.pk, now=sent, provider=SilentProvider())

    def submitted(self, rail: str, at: datetime) -> PayoutBatch:
        """A batch of everything that is ready, submitted by the maker."""
        batch = batches.create_batch(
            by=self.cast.maker, at=at, rail=rail, provider=SilentProvider()
        )
        at += timedelta(minutes=10)
        return batches.submit_batch(batch=batch, by=self.cast.maker, at=at)

    def on_hold(self) -> None:
        """A part of one payment is being checked; another one is disputed."""
        payouts.hold_payment(
            payment=self.shift(self.cast.asha, days_ago=3), amount_paise=500_00,
            cause=PaymentHold.Cause.CHECK, note="Two clock-in times are being checked.",
            by=self.cast.checker, at=self.at(2, 16),
        )  # fmt: skip
        payment = self.shift(self.cast.ravi, days_ago=2)
        subject = find_subject("WORK", payment.work_id) if payment.work_id else None
        if subject is not None:
            disputes.open_dispute(
                subject=subject, side=Side.CLIENT, statement="This shift ended an hour early.",
                asked_paise=200_00, by=self.cast.member.user, at=self.at(1, 10),
            )  # fmt: skip

    def waiting_batch(self) -> None:
        """A file for the bank that the checker has to approve, and a payout that is ready."""
        self.submitted(Rail.NEFT_FILE, self.at(1, 11))
        self.shift(self.cast.asha, days_ago=1, minutes=4 * 60)

    # The bank

    def unmatched_deposit(self) -> None:
        """Money that came in without the client's reference."""
        self.unmatched = self.deposit(75_000_00, days_ago=3, number=3, reference=False)

    def difference(self) -> None:
        """The bank's statement of the week has charges that are not in our books."""
        lines = [
            (self.funded.received_on, self.funded.narration, self.funded.utr, 2_00_000_00),
            *self.transfers(),
            (self.unmatched.received_on, self.unmatched.narration, self.unmatched.utr, 75_000_00),
            (self.today - timedelta(days=2), "NEFT CHARGES WITH GST", "CHG00000000042", -590_00),
        ]
        statements.import_statement(
            name="statement-of-the-week.csv",
            content=_statement_csv(sorted(lines)),
            first_day=self.today - timedelta(days=7),
            last_day=self.today - timedelta(days=1),
            by=self.cast.maker,
            at=self.now - timedelta(minutes=30),
        )
        reconciliation.reconcile(provider=ManualTransfer(), at=self.now - timedelta(minutes=20))

    def transfers(self) -> list[tuple[date, str, str, int]]:
        """The lines of the week's transfers, and of the one that came back."""
        went = self.today - timedelta(days=6)
        rows = [
            (went, f"NEFT DR-{payout.holder_name.upper()}", payout.utr, -payout.amount_paise)
            for payout in (self.arrived, self.returned)
        ]
        came, paise = self.today - timedelta(days=4), self.returned.amount_paise
        return [*rows, (came, "NEFT RETURN", self.returned.utr, paise)]

    def proposed_rate(self) -> None:
        """A higher platform fee from the next month on, which the checker has to approve."""
        first = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        rule = FeeRule(fee_bp=600, gst_bp=1800, source="As per the HitouchCX price list.")
        at = self.now - timedelta(minutes=10)
        rates.propose_rate(rule=rule, starts_on=first, by=self.cast.maker, at=at)


def _statement_csv(lines: Iterable[tuple[date, str, str, int]]) -> bytes:
    """A bank's statement, with a running balance."""
    out, balance = io.StringIO(), 4_00_000_00
    writer = csv.writer(out)
    writer.writerow(["Date", "Narration", "Chq/Ref No", "Withdrawal Amt", "Deposit Amt", "Balance"])
    for day, narration, reference, paise in lines:
        balance += paise
        debit, credit = (f"{-paise / 100:.2f}", "") if paise < 0 else ("", f"{paise / 100:.2f}")
        row = [f"{day:%d/%m/%Y}", narration, reference, debit, credit, f"{balance / 100:.2f}"]
        writer.writerow(row)
    return out.getvalue().encode()


def _explain_old_differences(cast: DemoCast, now: datetime) -> None:
    """Close the demo's difference before it stops all sending."""
    for row in Difference.objects.open().filter(opened_at__lte=now - EXPLAINED_AFTER):
        text = "Charges of the bank, as on its price list."
        reconciliation.explain_difference(difference=row, explanation=text, by=cast.maker, at=now)
        reconciliation.confirm_explanation(difference=row, by=cast.checker, at=now)
