"""Import statements of our bank account. Statements may overlap: a line is stored once."""

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from payments import utr
from payments.funding import deposits
from payments.models import BankStatement, Deposit, StatementLine
from payments.reconciliation.matching import Movement
from payments.reconciliation.statement_file import StatementRefused, StatementRow, read_statement
from payments.references import references_in

log = logging.getLogger(__name__)


class StatementNotRead(Refusal):
    """The file is no statement that can be read for sure."""

    code = "statement_not_read"
    message = "This file could not be read as a bank statement."
    status = 422
    field = "file"


class LinesOutsidePeriod(Refusal):
    """The file has movements on days that are not of the period."""

    code = "lines_outside_period"
    message = "The file has movements before the first or after the last day you entered."
    field = "last_day"


class StatementKnown(Refusal):
    """The file was imported already."""

    code = "statement_known"
    message = "This statement has already been imported."
    field = "file"


def import_statement(
    *, name: str, content: bytes, first_day: date, last_day: date, by: User, at: datetime
) -> BankStatement:
    """Store the lines of a statement that are not stored yet.

    The period says of which days it has all movements, also when there were none.
    """
    try:
        rows = read_statement(content)
    except StatementRefused as fault:
        raise StatementNotRead(str(fault)) from fault
    if any(not first_day <= row.day <= last_day for row in rows):
        raise LinesOutsidePeriod
    statement = BankStatement(
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        first_day=first_day,
        last_day=last_day,
        imported_by=by,
        imported_at=at,
    )
    try:
        with transaction.atomic():
            return _store(statement, rows, by, at)
    except IntegrityError as fault:
        raise StatementKnown from fault


def _store(
    statement: BankStatement, rows: list[StatementRow], by: User, at: datetime
) -> BankStatement:
    statement.save(force_insert=True)
    lines = [
        StatementLine(
            statement=statement,
            number=row.line,
            day=row.day,
            amount_paise=row.amount_paise,
            narration=row.narration,
            reference=row.reference,
            tokens=sorted(row.tokens),
            balance_paise=row.balance_paise,
            fingerprint=fingerprint,
        )
        for row, fingerprint in zip(rows, _fingerprints(rows), strict=True)
    ]
    StatementLine.objects.bulk_create(lines, batch_size=2_000, ignore_conflicts=True)
    _receive_deposits(rows, at)
    new = {"file": statement.file_name, "lines": len(lines)}
    audit.record_event(by=by, action="statement.imported", on=statement, at=at, new=new)
    return statement


def _receive_deposits(rows: list[StatementRow], at: datetime) -> None:
    """Money that came in with a client's reference, or as the provider told, is a deposit.

    Other money may be a transfer that came back: it is a difference until finance has looked.
    """
    credited = [(row, _utr_of(row)) for row in rows if row.amount_paise > 0]
    numbers = [number for _, number in credited if number]
    told = set(Deposit.objects.filter(utr__in=numbers).values_list("utr", flat=True))
    for row, number in credited:
        if number is None or not (number in told or references_in(row.narration)):
            continue
        try:
            deposits.receive_deposit(
                amount_paise=row.amount_paise,
                utr_number=number,
                received_on=row.day,
                narration=row.narration,
                origin=Deposit.Origin.STATEMENT,
                at=at,
            )
        except Refusal as refusal:  # the line stays a difference
            log.warning("payments.deposit_refused", extra={"code": refusal.code})


def _utr_of(row: StatementRow) -> str | None:
    return utr.normalise_utr(row.reference) or _utr_among(row.tokens)


def _utr_among(tokens: Iterable[str]) -> str | None:
    """The only word of a narration that may be a UTR: one with digits."""
    words = {word for word in map(utr.normalise_utr, tokens) if word and re.search(r"\d{6}", word)}
    return words.pop() if len(words) == 1 else None


def _fingerprints(rows: list[StatementRow]) -> list[str]:
    """The same line of another file has the same one; equal lines of a file are counted."""
    seen: Counter[str] = Counter()
    fingerprints = []
    for row in rows:
        content = json.dumps(
            [str(row.day), row.amount_paise, row.narration, row.reference, row.balance_paise]
        )
        seen[content] += 1
        counted = f"{seen[content]} {content}"
        fingerprints.append(hashlib.sha256(counted.encode()).hexdigest())
    return fingerprints


def covered_days() -> set[date]:
    """The days of which we have statements."""
    days: set[date] = set()
    for first, last in BankStatement.objects.values_list("first_day", "last_day"):
        days.update(first + timedelta(days=number) for number in range((last - first).days + 1))
    return days


def movements(first: date, last: date) -> list[Movement]:
    """The bank's movements on these days, both included."""
    lines = StatementLine.objects.filter(day__gte=first, day__lte=last).order_by("day", "number")
    return [
        Movement(str(line.pk), line.amount_paise, line.day, frozenset(line.tokens))
        for line in lines
    ]
