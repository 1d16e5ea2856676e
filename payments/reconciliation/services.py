"""Reconcile our books daily with the provider's list and the bank's statements.

Each difference is one row until a later run finds that it agrees, or one person explains it and
another confirms. A difference that is open for three days stops all sending.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.india_time import day_of, midnight
from hitouch.core.monitoring import alarms
from hitouch.core.payout_provider.base import NotOffered, PayoutProvider, ProviderUnavailable
from payments.funding import provider_credits
from payments.models import Difference, ReconciliationRun
from payments.payouts import switch
from payments.reconciliation import books, statements
from payments.reconciliation.matching import Comparison, Finding, Movement, Side, compare

log = logging.getLogger(__name__)
#: What is compared, and what is looked at around it, so that pairs at the edge are found.
PERIOD, MARGIN = timedelta(days=31), timedelta(days=14)
#: A transfer may be a day younger in the bank's list than in our books.
BANK_DELAY = timedelta(days=1)
ALARM = "payments.reconciliation"


class OwnExplanation(Refusal):
    """The person who explained a difference cannot confirm it (four-eyes principle)."""

    code = "own_explanation"
    message = "You explained this difference, so someone else in finance must confirm it."


class NotExplained(Refusal):
    """There is nothing to confirm."""

    code = "not_explained"
    message = "Nobody has explained this difference yet."


def reconcile(*, provider: PayoutProvider, at: datetime) -> ReconciliationRun:
    """Compare the last month, record what is new, and close what agrees now.

    Deposits whose webhook was lost are recorded first, from the provider's list. The provider is
    asked before the transaction begins. While it does not answer, or for transfers by hand, only
    the bank is compared.
    """
    today = day_of(at)
    first, last = today - PERIOD - MARGIN, today
    theirs = _provider_movements(provider, first, at)
    with transaction.atomic():
        run = _reconcile(theirs, first, last, at)
    stop_when_overdue(at=at)
    return run


def _reconcile(
    theirs: list[Movement] | None, first: date, last: date, at: datetime
) -> ReconciliationRun:
    ours = books.movements(first, last)
    run = ReconciliationRun(started_at=at, ours=len(ours))
    since = first + MARGIN
    if covered := statements.covered_days():
        run.bank_until = max(covered)
        lines = statements.movements(first, last)
        told = books.told_of(lines)
        # We may have booked on a later day what the bank's statement has.
        in_statements = [row for row in ours if row.day in covered or row.utrs & told]
        until = run.bank_until - BANK_DELAY
        found = compare(in_statements, lines, side=Side.BANK, complete_until=until)
        run.matched_bank = len(found.matched)
        run.found += _record(found, Side.BANK, [*in_statements, *lines], since, at)
    if theirs is not None:
        run.provider_until = last - BANK_DELAY
        told = books.told_of(theirs)
        # The bank's statement may have told first of a deposit that came in at the provider.
        sent = [row for row in ours if row.is_at_provider or row.utrs & told]
        found = compare(sent, theirs, side=Side.PROVIDER, complete_until=run.provider_until)
        run.matched_provider = len(found.matched)
        run.found += _record(found, Side.PROVIDER, [*sent, *theirs], since, at)
    run.save(force_insert=True)
    return run


def _provider_movements(
    provider: PayoutProvider, first: date, at: datetime
) -> list[Movement] | None:
    try:
        rows = list(provider.list_movements(since=midnight(first), until=at))
    except NotOffered:
        return None
    except ProviderUnavailable:
        log.exception("payments.provider_not_listed")
        return None
    provider_credits.receive_credits(rows, at=at)
    return [
        Movement(
            key=row.id,
            amount_paise=row.amount_paise,
            day=day_of(row.at),
            utrs=frozenset(filter(None, [row.utr, row.key.upper()])),
        )
        for row in rows
    ]


def _record(
    comparison: Comparison,
    side: Side,
    compared: Sequence[Movement],
    since: date,
    at: datetime,
) -> int:
    """Open what is new, close what agrees now; return how many are new.

    Only movements since a day are judged: the pair of an earlier one may be out of sight.
    """
    days = {movement.key: movement.day for movement in compared}
    findings = {
        _key_of(finding): finding
        for finding in comparison.findings
        if max(days[key] for key in (finding.ours, finding.theirs) if key) >= since
    }
    rows = Difference.objects.select_for_update().filter(side=side)
    known = {row.key: row for row in rows.filter(key__in=findings)}
    for row in known.values():
        if row.state == Difference.State.RESOLVED:
            transition(row, to=Difference.State.OPEN, by=None, at=at, closed_at=None)
    for row in rows.open().exclude(key__in=findings):
        if all(key in days for key in (row.ours, row.theirs) if key):
            transition(row, to=Difference.State.RESOLVED, by=None, at=at, closed_at=at)
    new = [_open(finding, key, at) for key, finding in findings.items() if key not in known]
    return len(new)


def _open(finding: Finding, key: str, at: datetime) -> Difference:
    row = Difference.objects.create(
        kind=finding.kind,
        side=finding.side,
        key=key,
        ours=finding.ours,
        theirs=finding.theirs,
        ours_paise=finding.ours_paise,
        theirs_paise=finding.theirs_paise,
        utr=finding.utr[:22],
        opened_at=at,
    )
    row.events.create(became=Difference.State.OPEN, by=None, at=at)
    return row


def _key_of(finding: Finding) -> str:
    words = f"{finding.kind}|{finding.side}|{finding.ours}|{finding.theirs}"
    return hashlib.sha256(words.encode()).hexdigest()


def stop_when_overdue(*, at: datetime) -> bool:
    """Stop all sending while a difference is open for too long. Returns whether it is."""
    overdue = Difference.objects.overdue(at).count()
    if not overdue:
        alarms.clear_alarm(ALARM)
        return False
    reason = f"{overdue} differences with the bank or the provider are open for three days"
    alarms.raise_alarm(ALARM, reason, at=at)
    switch.stop_sending(reason=reason, at=at)
    return True


@transaction.atomic
def take_difference(*, difference: Difference, by: User, at: datetime) -> Difference:
    """Become the owner of an open difference."""
    row = _locked_open(difference)
    row.owner = by
    row.save(update_fields=["owner", "updated_at"])
    audit.record_event(by=by, action="difference.taken", on=row, at=at)
    return row


@transaction.atomic
def explain_difference(
    *, difference: Difference, explanation: str, by: User, at: datetime
) -> Difference:
    """Say why it is in order, or what was done. Another person has to confirm it."""
    row = _locked_open(difference)
    if not explanation.strip():
        raise ReasonRequired(
            "Say why this is in order, or what was done.",
            code="explanation_needed",
            field="explanation",
        )
    row.owner, row.explanation, row.explained_by = row.owner or by, explanation.strip(), by
    row.save(update_fields=["owner", "explanation", "explained_by", "updated_at"])
    new = {"explanation": row.explanation}
    audit.record_event(by=by, action="difference.explained", on=row, at=at, new=new)
    return row


@transaction.atomic
def confirm_explanation(*, difference: Difference, by: User, at: datetime) -> Difference:
    """Close a difference that another person explained."""
    row = _locked_open(difference)
    if row.explained_by_id is None:
        raise NotExplained
    if row.explained_by_id == by.pk:
        raise OwnExplanation
    transition(
        row, to=Difference.State.EXPLAINED, by=by, at=at, confirmed_by=by, closed_at=at,
        why=row.explanation,
    )  # fmt: skip
    audit.record_event(by=by, action="difference.confirmed", on=row, at=at)
    return row


def _locked_open(difference: Difference) -> Difference:
    row = Difference.objects.select_for_update().get(pk=difference.pk)
    if row.state != Difference.State.OPEN:
        raise InvalidTransition
    return row
