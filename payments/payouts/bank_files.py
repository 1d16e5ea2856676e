"""NEFT files: the second way to send a batch. The bank's portal takes the file, people the UTRs.

One person makes the file, one enters the bank's UTRs, another confirms them.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal
from hitouch.core.web.csv_files import rupees_cell, safe_cell
from payments.models import Payout, PayoutBatch, PayoutDecision, Rail
from payments.payouts import decisions, outcomes, switch
from payments.payouts.refusals import NotYourTransfer
from payments.payouts.sending import reason_against

COLUMNS = ("Reference", "Beneficiary", "Account number", "IFSC", "Amount", "Remarks")
REASON = "UTR on the bank's list."


@transaction.atomic
def make_bank_file(*, batch: PayoutBatch, by: User, at: datetime) -> str:
    """The file for the bank's portal. Its payouts count as sent; only its maker sees it again."""
    switch.require_on()
    batch = PayoutBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.rail != Rail.NEFT_FILE or batch.state != PayoutBatch.State.SENDING:
        raise InvalidTransition
    rows = batch.payouts.select_for_update(of=("self",)).select_related("agent__user")
    for payout in rows.filter(state=Payout.State.APPROVED).order_by("created_at"):
        if reason := reason_against(payout, at):
            outcomes.cancel(payout, reason=reason, by=by, at=at)
        else:
            outcomes.start(payout, rail=Rail.NEFT_FILE, by=by, at=at)
    started = batch.payouts.filter(state=Payout.State.PROCESSING).select_related("bank_account")
    if started.exclude(started_by=by).exists():
        raise NotYourTransfer
    audit.record_event(by=by, action="batch.file_made", on=batch, at=at)
    return _as_csv(started.order_by("created_at"))


def reference_of(payout: Payout) -> str:
    """The reference of a payout in the file: 12 characters, as banks allow few."""
    return payout.pk.hex[:12].upper()


def _as_csv(payouts: Iterable[Payout]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for payout in payouts:
        account, reference = payout.bank_account, reference_of(payout)
        amount = rupees_cell(payout.amount_paise)
        cells = (reference, payout.holder_name, account.account_number, account.ifsc)
        writer.writerow([*map(safe_cell, cells), amount, f"HitouchCX {reference}"])
    return text.getvalue()


def propose_utrs(*, batch: PayoutBatch, text: str, by: User, at: datetime) -> list[str]:
    """Enter UTRs, one line "reference,UTR" each. Returns what is wrong, line by line.

    A line that is wrong does not stop the others.
    """
    payouts = {reference_of(payout): payout for payout in batch.payouts.all()}
    wrong = []
    for line in filter(str.strip, text.splitlines()):
        reference, _, number = line.partition(",")
        payout = payouts.get(reference.strip().upper())
        if payout is None:
            wrong.append(f"{line.strip()}: no payout of this batch has this reference.")
            continue
        try:
            decisions.propose_decision(
                payout=payout, verb=PayoutDecision.Verb.SETTLE, reason=REASON,
                utr_number=number, by=by, at=at,
            )  # fmt: skip
        except Refusal as refusal:
            wrong.append(f"{line.strip()}: {refusal}")
    return wrong


def confirm_utrs(*, batch: PayoutBatch, by: User, at: datetime) -> list[str]:
    """Confirm all UTRs of a batch that colleagues entered. Returns what was refused."""
    settling = PayoutDecision.objects.filter(payout__batch=batch, outcome="")
    rows = settling.filter(verb=PayoutDecision.Verb.SETTLE).select_related("payout__agent")
    wrong = []
    for decision in rows.order_by("proposed_at"):
        try:
            decisions.accept_decision(decision=decision, by=by, at=at)
        except Refusal as refusal:
            wrong.append(f"{reference_of(decision.payout)}: {refusal}")
    return wrong
