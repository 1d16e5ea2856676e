"""Recording what pages and programs report: many sittings in one transaction of few statements.

Locks are taken in the order sitting, state, each in the order of the keys. A sitting that another
transaction has locked is passed over if the caller can come again, so that it holds nobody up.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from proctoring.models import MonitoringPolicy, MonitoringState, Observation, Ruling, Sitting
from proctoring.monitoring import coverage, intake
from proctoring.observations.client_journal import (
    ChainFindings,
    ClientEvent,
    JournalHead,
    RefusedEvent,
    follow,
)
from proctoring.observations.services import Fact, begin, chained
from proctoring.policies.engine import PolicyOutcome, step
from proctoring.policies.facts import fact_of
from proctoring.policies.queries import log_only_kinds
from proctoring.policies.rules import Rules
from proctoring.policies.services import rules_of

#: The lock that foreign keys of new rows take anyhow, in an order that all transactions share.
LOCK_WAITING = "SELECT id FROM proctoring_sitting WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
LOCK_FREE = LOCK_WAITING + " SKIP LOCKED"
RECORDED = (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED)


@dataclass(frozen=True)
class EventReport:
    """What one frame or request reports. `connection` is the row of its socket, if any."""

    sitting_id: uuid.UUID
    device: uuid.UUID
    origin: str
    entries: Sequence[ClientEvent | RefusedEvent]
    connection_id: uuid.UUID | None = None


@dataclass
class EventReceipt:
    """What became of a report. `told` is what the person is told at once."""

    results: list[dict[str, Any]] = field(default_factory=list)
    head: JournalHead = field(default_factory=JournalHead)
    told: list[dict[str, Any]] = field(default_factory=list)
    is_over: bool = False
    is_submitted: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "results": self.results,
            "next_sequence": self.head.next_sequence,
            "head": self.head.hash or "",
            "told": self.told,
        }


@dataclass
class _Sitting:
    """One locked sitting while its reports are recorded."""

    sitting: Sitting
    state: MonitoringState
    rules: Rules
    log_only: frozenset[str]
    rows: list[Observation] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)

    def add(self, fact: Fact, at: datetime, connection_id: uuid.UUID | None) -> Ruling:
        """Chain one fact and rule it."""
        row = chained(
            self.state, sitting_id=self.sitting.pk, fact=fact, at=at, connection_id=connection_id
        )
        self.rows.append(row)
        ruling = rule(self.sitting, self.state, row, self.rules, self.log_only)
        self.rulings.append(ruling)
        return ruling


def record(
    reports: Sequence[EventReport], *, at: datetime, may_wait: bool = True
) -> list[EventReceipt | None]:
    """Record reports in one transaction. None for those whose sitting is locked elsewhere."""
    receipts: list[EventReceipt | None] = [None] * len(reports)
    with transaction.atomic():
        locked = _lock({report.sitting_id for report in reports}, may_wait=may_wait)
        for number, report in enumerate(reports):
            found = locked.get(report.sitting_id, "missing")
            if found == "locked":
                continue
            if not isinstance(found, _Sitting) or found.sitting.state not in RECORDED:
                receipts[number] = EventReceipt(is_over=True)
            else:
                receipts[number] = _record(found, report, at)
        _save([each for each in locked.values() if isinstance(each, _Sitting) and each.rows], at)
        _save_heads([each for each in locked.values() if isinstance(each, _Sitting)], at)
    return receipts


def _lock(pks: set[uuid.UUID], *, may_wait: bool) -> dict[uuid.UUID, "_Sitting | str"]:
    """Lock sittings against others' locks, and their states; note those that are locked."""
    found: dict[uuid.UUID, _Sitting | str] = dict.fromkeys(pks, "missing")
    keys = sorted(pks)
    with connection.cursor() as cursor:
        cursor.execute(LOCK_WAITING if may_wait else LOCK_FREE, [keys])
        free = {row[0] for row in cursor.fetchall()}
    sittings = Sitting.objects.only("id", "state", "policy_id", "waives", "begun_at", "ends_at")
    states = {
        state.sitting_id: state
        for state in MonitoringState.objects.filter(sitting_id__in=free)
        .order_by("sitting_id")
        .select_for_update(of=("self",))
    }
    log_only = log_only_kinds()
    for sitting in sittings.filter(pk__in=pks):
        if sitting.pk not in free:
            found[sitting.pk] = "locked"
            continue
        state = states.get(sitting.pk)
        if state is None:
            begin(sitting)
            state = MonitoringState.objects.select_for_update().get(sitting=sitting)
        found[sitting.pk] = _Sitting(sitting, state, policy_rules(sitting), log_only)
    return found


def policy_rules(sitting: Sitting) -> Rules:
    """The rules that the sitting keeps."""
    pk = sitting.policy_id
    return rules_of(MonitoringPolicy(pk=pk) if pk else None)


def _record(found: _Sitting, report: EventReport, at: datetime) -> EventReceipt:
    state = found.state
    head = intake.head_of(state.intake, report.device) or _read_head(report)
    before = head.next_sequence
    fresh, findings = follow(head, list(report.entries))
    intake.keep_head(state.intake, report.device, head)
    made, waiting = intake.pace(state.intake, intake.fold(report.device, fresh), at)
    receipt = EventReceipt(head=head)
    for row in made:
        fact = Fact(
            row.kind,
            report.origin,
            row.data,
            client_at=row.client_at,
            device=row.device,
            sequence=row.sequence,
            count=row.count,
        )
        ruling = found.add(fact, at, report.connection_id)
        receipt.is_submitted = receipt.is_submitted or ruling.submits
        if ruling.standing != Ruling.Standing.NOTED:
            receipt.told.append(telling(found.rules, row.kind, ruling))
    for row in made:
        if row.kind in coverage.DEVICES:
            coverage.note_device(found.sitting, row.kind, row.data, at)
    for fact in _facts_of(findings, report):
        found.add(fact, at, report.connection_id)
    folded = {number for row in made for number in row.sequences[:-1]} | set(waiting)
    receipt.results = [_result(entry, before, folded) for entry in report.entries]
    return receipt


def _read_head(report: EventReport) -> JournalHead:
    """The end of a journal that is not kept any more, or has not begun."""
    rows = Observation.objects.filter(sitting_id=report.sitting_id, device=report.device)
    newest = rows.aggregate(newest=Max("sequence"))["newest"]
    return JournalHead(newest + 1, None) if newest else JournalHead()


def _result(entry: ClientEvent | RefusedEvent, before: int, folded: set[int]) -> dict[str, Any]:
    if entry.sequence is not None and entry.sequence < before:
        return {"sequence": entry.sequence, "status": "known"}
    if isinstance(entry, RefusedEvent):
        return {"sequence": entry.sequence, "status": "refused", "code": entry.code}
    status = "folded" if entry.sequence in folded else "recorded"
    return {"sequence": entry.sequence, "status": status}


def _facts_of(findings: ChainFindings, report: EventReport) -> list[Fact]:
    """What the server noticed about the journal itself."""
    device = str(report.device)
    facts = [
        Fact("JOURNAL_GAP", data={"device": device, "first": first, "last": last})
        for first, last in findings.gaps[:5]
    ]
    codes = sorted({each.code for each in report.entries if isinstance(each, RefusedEvent)})
    if codes:
        facts.append(Fact("JOURNAL_GAP", data={"device": device, "refused": codes}))
    if findings.broken:
        data = {"device": device, "first": findings.broken[0], "last": findings.broken[-1]}
        facts.append(Fact("JOURNAL_BROKEN", data=data, count=len(findings.broken)))
    return facts


def rule(
    sitting: Sitting,
    state: MonitoringState,
    row: Observation,
    rules: Rules,
    log_only: frozenset[str],
) -> Ruling:
    """Step the policy's engine. The state is changed and not saved, the ruling neither."""
    fact = fact_of(row.kind, data=row.data, count=row.count, at=row.received_at)
    facts: dict[str, Any] = {"log_only": log_only, "waives": frozenset(sitting.waives)}
    engine, outcome = step(state.engine, fact, rules, **facts)
    if outcome.submits:
        # Only now, as it takes more than the state to know how much was monitored.
        share = coverage.share(sitting, row.received_at)
        engine, outcome = step(state.engine, fact, rules, **facts, coverage=share)
    if outcome.submits and sitting.state in RECORDED:
        state.submit_due_at = state.submit_due_at or row.received_at
        state.submit_reason = state.submit_reason or outcome.reason[:300]
    state.engine = engine
    state.warnings, state.points = engine["warnings"], engine["points"]
    return _ruling(sitting, row, outcome)


def _ruling(sitting: Sitting, row: Observation, outcome: PolicyOutcome) -> Ruling:
    at = row.received_at
    return Ruling(
        created_at=at,
        updated_at=at,
        sitting_id=sitting.pk,
        observation_id=row.pk,
        policy_id=sitting.policy_id,
        severity=outcome.severity,
        standing=outcome.standing,
        points=outcome.points,
        submits=outcome.submits,
        reason=outcome.reason[:300],
        at=at,
    )


def telling(rules: Rules, kind: str, ruling: Ruling) -> dict[str, Any]:
    """What the person is told: what was seen, and what to do."""
    return {
        "kind": kind,
        "message": rules.message(kind),
        "advice": rules.advice(kind),
        "standing": str(ruling.standing),
    }


OBSERVATION_COLUMNS = {
    "id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "sitting_id": "uuid",
    "number": "int", "origin": "text", "connection_id": "uuid", "device": "uuid",
    "sequence": "int", "kind": "text", "count": "int", "client_at": "timestamptz",
    "received_at": "timestamptz", "data": "jsonb", "hash_version": "int", "legacy": "jsonb",
    "previous_hash": "text", "hash": "text",
}  # fmt: skip
RULING_COLUMNS = {
    "id": "uuid", "created_at": "timestamptz", "updated_at": "timestamptz", "sitting_id": "uuid",
    "observation_id": "uuid", "number": "int", "policy_id": "uuid", "severity": "text",
    "standing": "text", "points": "int", "submits": "boolean", "verdict": "text",
    "reason": "text", "at": "timestamptz",
}  # fmt: skip
STATE_COLUMNS = {
    "id": "uuid", "updated_at": "timestamptz", "last_number": "int", "last_hash": "text",
    "warnings": "int", "points": "int", "engine": "jsonb", "intake": "jsonb",
    "submit_due_at": "timestamptz", "submit_reason": "text",
}  # fmt: skip


def _save(changed: Sequence[_Sitting], at: datetime) -> None:
    """Insert all rows in two statements."""
    rows = [row for each in changed for row in each.rows]
    rulings = [row for each in changed for row in each.rulings]
    insert(Observation, OBSERVATION_COLUMNS, rows)
    insert(Ruling, RULING_COLUMNS, rulings)


def _save_heads(changed: Sequence[_Sitting], at: datetime) -> None:
    for each in changed:
        each.state.updated_at = at
    names = [name for name in STATE_COLUMNS if name != "id"]
    assignments = ", ".join(f"{name} = new.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE proctoring_monitoringstate AS state SET {assignments} "  # noqa: S608
            f"FROM {_recordset(STATE_COLUMNS)} WHERE state.id = new.id",
            [_as_json([each.state for each in changed], STATE_COLUMNS)],
        )


def insert(model: Any, columns: Mapping[str, str], rows: Sequence[Any]) -> None:
    """Insert rows of one model in one statement with one parameter."""
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) "  # noqa: S608
            f"SELECT {names} FROM {_recordset(columns)}",
            [_as_json(rows, columns)],
        )


def _recordset(columns: Mapping[str, str]) -> str:
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"jsonb_to_recordset(%s::jsonb) AS new({typed})"


def _as_json(rows: Sequence[Any], columns: Mapping[str, str]) -> str:
    return json.dumps(
        [{name: row.__dict__[name] for name in columns} for row in rows], default=_plain
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def submit_due_since() -> timedelta:
    """A submission that its own process has not made after this time is made by the sweep."""
    return timedelta(seconds=2)
