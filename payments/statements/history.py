"""What happened to a payment, who decided it, and what comes next, in plain words for its agent.

Staff are not named, and no sentence is a note between staff. Uses rows that `queries` prefetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hitouch.core import money
from hitouch.core.web.badges import BAD, GOOD, INFO, PLAIN, WARN
from hitouch.core.web.humanize import date_text, moment_text
from payments.models import (
    Payment,
    PaymentHold,
    Payout,
    PayoutDecision,
    PayoutEvent,
    PayoutItem,
    Rail,
)
from payments.payouts import queries as payouts_queries

FINANCE, TWO_IN_FINANCE = "our finance team", "two people in our finance team"
SECOND_IN_FINANCE, THREE_IN_FINANCE = (
    "a second person in our finance team",
    "three people in our finance team",
)
BANK, NOBODY = "the bank", ""
SENT_BY = {
    Rail.RAZORPAYX: "through our payment partner RazorpayX",
    Rail.NEFT_FILE: "by NEFT",
    Rail.MANUAL: "by bank transfer",
    Rail.SET_OFF: "set off",
}
HOLD_REASONS = {
    PaymentHold.Cause.DISPUTE: "A dispute about it is not settled yet.",
    PaymentHold.Cause.STOP: "Payments to you are stopped for now.",
    PaymentHold.Cause.FRESH_ACCOUNT: "Your bank account is new, so we wait before we pay to it.",
    PaymentHold.Cause.CHECK: "We are checking it.",
    PaymentHold.Cause.CORRECTION: "A correction of the amount is being decided.",
}
WAITING_FOR_BANK = (
    "The bank has not told us yet whether this transfer was made. We keep asking, and send it "
    "again only when we know that it was not made."
)
EARNED = {
    Payment.Kind.HOURS: "Hours approved",
    Payment.Kind.FIXED: "Fixed price approved",
    Payment.Kind.MILESTONE: "Milestone approved",
    Payment.Kind.BONUS: "Bonus earned",
    Payment.Kind.LATE_CANCEL: "Shift cancelled late by the client",
    Payment.Kind.RESOLUTION: "Dispute resolved",
}
SET_OFF = "Together with your other payments it comes to nothing, so no transfer is made."
ARRIVES = "It usually arrives within two hours, at the latest on the next working day."
SAFE = "Your money is safe. If your bank details are wrong, update them: we send it there then."
State = Payment.State


@dataclass(frozen=True)
class Turn:
    """One thing that happened to a payment."""

    at: datetime
    title: str
    #: Who decided it; empty if nobody did.
    by: str
    text: str = ""


@dataclass(frozen=True)
class PaymentStatus:
    """Where a payment is, and what comes next."""

    title: str
    text: str
    tone: str = INFO
    #: Whether the agent's bank details are worth a look.
    is_about_account: bool = False
    #: Whether something may change without the agent doing anything.
    may_change: bool = True


def turns_of(payment: Payment) -> list[Turn]:
    """Everything that happened, oldest first."""
    turns = [_opened(payment)]
    for item in payment.items.all():
        turns += _turns_of_transfer(item)
    for hold in payment.holds.all():
        turns += _turns_of_hold(hold)
    if hasattr(payment, "correction"):
        correction = payment.correction
        text = f"Taken back as a whole by payment {correction.reference}."
        turns.append(Turn(correction.opened_at, "Corrected", TWO_IN_FINANCE, text))
    if payment.state == State.COMPLETED and payment.net_paise == 0 and payment.paid_at:
        turns.append(Turn(payment.paid_at, "Closed", NOBODY, "All of it was deducted."))
    return sorted(turns, key=lambda turn: turn.at)


def _opened(payment: Payment) -> Turn:
    amounts = f"{money.rupees(payment.gross_paise)} earned, {money.rupees(payment.net_paise)} after"
    text = f"{amounts} tax and platform fee."
    if payment.corrects:
        amount, reference = money.rupees(-payment.net_paise), payment.corrects.reference
        taken = f"{amount} of payment {reference} is set off against your other payments."
        return Turn(payment.opened_at, "Payment corrected", TWO_IN_FINANCE, taken)
    if payment.work is None:
        title = EARNED[Payment.Kind(payment.kind)]
        return Turn(payment.opened_at, title, payment.gig.client.name, text)
    reviews = [row for row in payment.work.reviews.all() if row.verdict == row.Verdict.APPROVED]
    if reviews and reviews[-1].member_id is None:
        automatic = f"{payment.gig.client.name} did not answer in 7 days, so it counts as approved."
        return Turn(payment.opened_at, "Work approved", NOBODY, f"{automatic} {text}")
    return Turn(payment.opened_at, "Work approved", payment.gig.client.name, text)


def _turns_of_transfer(item: PayoutItem) -> Iterator[Turn]:
    """From the approval of a transfer to its end; one that was never sent is not told of."""
    payout, batch = item.payout, item.payout.batch
    if payout.started_at is None:
        return
    if payout.rail == Rail.SET_OFF:
        yield Turn(payout.started_at, "Set off", NOBODY, SET_OFF)
        return
    if batch and batch.approved_at:
        people = THREE_IN_FINANCE if batch.second_checker_id else TWO_IN_FINANCE
        yield Turn(batch.approved_at, "Transfer approved", people)
    to = f"{payout.holder_name}, {payout.ifsc} {payout.masked}"
    sent = f"{money.rupees(item.amount_paise)} to {to}, {SENT_BY[Rail(payout.rail)]}."
    yield Turn(payout.started_at, "Transfer started", FINANCE, sent)
    for event in payout.events.all():
        if turn := _turn_of_event(payout, event):
            yield turn


def _turn_of_event(payout: Payout, event: PayoutEvent) -> Turn | None:
    match event.became:
        case Payout.State.UNKNOWN:
            return Turn(event.at, "No answer from the bank yet", NOBODY, WAITING_FOR_BANK)
        case Payout.State.COMPLETED:
            return Turn(event.at, "Paid", _who_settled(payout), _utr_text(payout))
        case Payout.State.FAILED:
            return Turn(event.at, "Transfer failed", _who_ended(payout), event.why)
        case Payout.State.REVERSED:
            return Turn(event.at, "Returned by the bank", _who_ended(payout), event.why)
    return None


def _who_settled(payout: Payout) -> str:
    return SECOND_IN_FINANCE if payout.settled_by_id else BANK


def _who_ended(payout: Payout) -> str:
    """Two people who confirmed it, or the bank itself."""
    ending = (PayoutDecision.Verb.FAIL, PayoutDecision.Verb.REVERSE, PayoutDecision.Verb.RESEND)
    accepted = PayoutDecision.Outcome.ACCEPTED
    said = [row for row in payout.decisions.all() if row.outcome == accepted and row.verb in ending]
    return TWO_IN_FINANCE if said else BANK


def _utr_text(payout: Payout) -> str:
    if payout.utr:
        return f"Bank reference (UTR) {payout.utr}."
    return "The bank reference (UTR) follows."


def _turns_of_hold(hold: PaymentHold) -> Iterator[Turn]:
    amount = money.rupees(hold.amount_paise) if hold.amount_paise else "All of it"
    who = FINANCE if hold.placed_by_id else NOBODY
    yield Turn(hold.placed_at, f"{amount} on hold", who, _hold_reason(hold))
    if hold.released_at:
        text = f"{amount} can be paid again."
        yield Turn(hold.released_at, "Hold released", FINANCE, text)


def _hold_reason(hold: PaymentHold) -> str:
    reason = HOLD_REASONS[PaymentHold.Cause(hold.cause)]
    return f"{reason} {hold.note}".strip()


def status_of(
    payment: Payment, *, has_account: bool, next_run_at: datetime | None = None
) -> PaymentStatus:
    """Where the payment is. `has_account` says whether the agent can be paid now.

    `next_run_at` is when the next weekly payment run is made.
    """
    if payment.corrects:
        return _status_of_correction(payment)
    if payment.is_paid:
        return _status_of_paid(payment)
    held = [hold for hold in payment.holds.all() if hold.released_at is None]
    payout = payouts_queries.live_payout_of(payment)
    if payout is None and held:
        reasons = " ".join(map(_hold_reason, held))
        return PaymentStatus("On hold", f"{reasons} We tell you when it is released.", WARN)
    if payout is None:
        return _status_without_transfer(payment, has_account=has_account)
    part = "".join(f" {_amount_held(hold)} of it is on hold. {_hold_reason(hold)}" for hold in held)
    return _status_of_transfer(payment, payout, part, next_run_at)


def _amount_held(hold: PaymentHold) -> str:
    return money.rupees(hold.amount_paise) if hold.amount_paise else "The rest"


def _status_of_correction(payment: Payment) -> PaymentStatus:
    if payment.is_paid:
        return PaymentStatus("Set off", "It was set off in full.", PLAIN, may_change=False)
    amount = money.rupees(-payment.net_paise)
    return PaymentStatus("Being set off", f"{amount} is taken from your next payments.", PLAIN)


def _status_of_paid(payment: Payment) -> PaymentStatus:
    payout = payouts_queries.live_payout_of(payment)
    if payout is None:
        text = "Nothing was left to transfer after deductions."
        return PaymentStatus("Closed", text, PLAIN, may_change=False)
    if payout.rail == Rail.SET_OFF:
        return PaymentStatus("Set off", SET_OFF, PLAIN, may_change=False)
    title = f"Paid on {date_text(payment.paid_at)}" if payment.paid_at else "Paid"
    text = f"To {payout.ifsc} {payout.masked}. {_utr_text(payout)}"
    return PaymentStatus(title, text, GOOD, may_change=not payout.utr)


def _status_without_transfer(payment: Payment, *, has_account: bool) -> PaymentStatus:
    failure = payouts_queries.last_failure_of(payment)
    if payment.state == State.FAILED and failure:
        return PaymentStatus("The transfer failed", f"{failure} {SAFE}", BAD, is_about_account=True)
    if not has_account:
        text = "We pay as soon as you have a bank account that is verified."
        return PaymentStatus("Waiting for your bank account", text, WARN, is_about_account=True)
    return PaymentStatus("Being prepared", "It goes out with your next transfer.")


def _status_of_transfer(
    payment: Payment, payout: Payout, part: str, next_run_at: datetime | None
) -> PaymentStatus:
    to = f"{payout.ifsc} {payout.masked}"
    match payout.state:
        case Payout.State.UNKNOWN:
            return PaymentStatus("Waiting for the bank", WAITING_FOR_BANK + part, WARN)
        case Payout.State.SENDING | Payout.State.PROCESSING:
            since = moment_text(payout.started_at) if payout.started_at else ""
            return PaymentStatus("On its way", f"To {to}, since {since}. {ARRIVES}{part}")
        case Payout.State.COMPLETED:
            return PaymentStatus("Partly paid", f"{_carried(payment, payout)} to {to}.{part}", WARN)
    text = f"{_carried(payment, payout)} goes to {to} once two people in our finance team agree."
    runs_on = date_text(next_run_at) if next_run_at and payout.batch_id is None else ""
    run = f" Our next payment run is on {runs_on}." if runs_on else ""
    return PaymentStatus("Ready to be sent", f"{text}{run} We tell you when it is sent.{part}")


def _carried(payment: Payment, payout: Payout) -> str:
    """The amount of the payment that a transfer carries."""
    items = [item for item in payment.items.all() if item.payout_id == payout.pk]
    return money.rupees(sum(item.amount_paise for item in items if item.released_at is None))
