"""What comes next for a payout, and who has to do it, for people in finance."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from hitouch.core.web.humanize import moment_text
from payments.models import Payout, PayoutBatch, PayoutDecision, Rail
from payments.payouts import queries
from payments.payouts.decisions import ASKING

State, Verb = Payout.State, PayoutDecision.Verb
#: What it costs to confirm what a colleague said.
EFFECTS = {
    Verb.FAIL: (
        "If you confirm, we owe the amount to the agent again, and they are told that the transfer "
        "failed."
    ),
    Verb.REVERSE: (
        "If you confirm, the payout counts as returned, we owe the amount again, and the agent is "
        "told."
    ),
    Verb.RESEND: (
        "If you confirm, the amount can be transferred a second time. Be sure that the first "
        "transfer never arrives."
    ),
    Verb.SETTLE: "If you confirm, the payout counts as paid with this UTR, and the agent is told.",
}


@dataclass(frozen=True)
class NextStep:
    """What comes next, and whose turn it is."""

    whose: str
    text: str
    #: Whether the person who looks can do it.
    is_yours: bool = False


def next_step_of(payout: Payout, *, viewer: User, is_carried: bool, now: datetime) -> NextStep:
    """The next step. `is_carried` says whether another payout pays its payments again."""
    if decision := queries.open_decision_of(payout):
        mine = decision.proposed_by_id == viewer.pk
        text = f"Confirm or decline what {decision.proposed_by.name} said."
        return NextStep(_other_than(decision.proposed_by), text, is_yours=not mine)
    match payout.state:
        case State.READY:
            return _of_ready(payout, viewer)
        case State.APPROVED:
            return _of_approved(payout, now)
        case State.SENDING | State.PROCESSING:
            return _of_processing(payout, viewer)
        case State.UNKNOWN:
            return _of_unknown(payout, now)
        case State.FAILED | State.REVERSED:
            return _of_ended(is_carried=is_carried)
        case State.COMPLETED:
            text = "Nothing. If the bank returns the transfer, say so below."
            return NextStep("Nobody", text)
    return NextStep("Nobody", "Nothing. Its payments go out with another payout.")


def _other_than(*people: User | None) -> str:
    names = " and ".join(person.name for person in people if person)
    return f"Anyone in finance but {names}" if names else "Anyone in finance"


def _of_ready(payout: Payout, viewer: User) -> NextStep:
    batch = payout.batch
    if batch is None:
        text = "Start it and make the transfer by hand, or put it into a batch."
        return NextStep("Anyone in finance", text, is_yours=True)
    if batch.state == PayoutBatch.State.DRAFT:
        mine = batch.maker_id == viewer.pk
        return NextStep(batch.made_by, f"Submit {batch} for approval.", is_yours=mine)
    mine = viewer.pk not in (batch.maker_id, batch.checker_id)
    whose = _other_than(batch.maker, batch.checker)
    return NextStep(whose, f"Approve or reject {batch}.", is_yours=mine)


def _of_approved(payout: Payout, now: datetime) -> NextStep:
    if not queries.sending_switch(now).is_on:
        return NextStep("Two people in finance", "All sending is stopped. Start it again.")
    if payout.batch and payout.batch.rail == Rail.NEFT_FILE:
        text = f"Download the bank file of {payout.batch} and upload it at the bank."
        return NextStep("Anyone in finance", text, is_yours=True)
    return NextStep("HitouchCX", "It is sent within a minute.")


def _of_processing(payout: Payout, viewer: User) -> NextStep:
    maker = payout.started_by
    if payout.rail == Rail.MANUAL:
        if maker and maker.pk == viewer.pk:
            text = "Make the transfer. Then someone else records its UTR from the bank's receipt."
            return NextStep(_other_than(maker), text)
        text = "Record the UTR from the bank's receipt, when the transfer is made."
        return NextStep(_other_than(maker), text, is_yours=True)
    if payout.rail == Rail.NEFT_FILE:
        text = "One person enters the UTR of the bank, another one confirms it."
        return NextStep("Two people in finance", text, is_yours=True)
    text = "Nothing. RazorpayX tells us how it ends, and is asked again until it does."
    return NextStep("RazorpayX", text)


def _of_unknown(payout: Payout, now: datetime) -> NextStep:
    sent_at = max((row.sent_at for row in payout.attempts.all() if row.sent_at), default=None)
    if sent_at is None or now < sent_at + ASKING:
        until = moment_text(sent_at + ASKING) if sent_at else "an hour after it was sent"
        text = f"RazorpayX is asked again. From {until} on, people can say what happened."
        return NextStep("RazorpayX", text)
    text = "Look at the bank's statement. One person says what happened, another one confirms it."
    return NextStep("Two people in finance", text, is_yours=True)


def _of_ended(*, is_carried: bool) -> NextStep:
    if is_carried:
        return NextStep("Nobody", "Nothing. Another payout carries its payments.")
    text = (
        "Retry it if the bank details are right. If the agent enters another account, its payments "
        "are carried by themselves."
    )
    return NextStep("Anyone in finance, or the agent", text, is_yours=True)


def next_step_of_batch(batch: PayoutBatch, *, viewer: User) -> NextStep:
    """The next step of a batch."""
    states = PayoutBatch.State
    is_file = batch.rail == Rail.NEFT_FILE
    match batch.state:
        case states.DRAFT:
            text, mine = "Check the payouts and submit them for approval.", batch.maker_id
            return NextStep(batch.made_by, text, is_yours=mine == viewer.pk)
        case states.SUBMITTED | states.CHECKED:
            text = "Approve it, or reject it with a reason."
            is_yours = viewer.pk not in (batch.maker_id, batch.checker_id)
            return NextStep(_other_than(batch.maker, batch.checker), text, is_yours=is_yours)
        case states.APPROVED | states.SENDING if is_file:
            text = (
                "Download the bank file and upload it at the bank. Then one person enters the "
                "UTRs, and another one confirms them."
            )
            return NextStep("Two people in finance", text, is_yours=True)
        case states.APPROVED | states.SENDING:
            return NextStep("HitouchCX", "Nothing. Its payouts are being sent.")
    return NextStep("Nobody", "Nothing.")
