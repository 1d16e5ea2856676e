"""The retention run: applies all rules in batches, each with its proof in one transaction.

No progress is stored: data that was ended is not found again, so a run that was killed can simply
be started again.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import RetentionProof
from accounts.privacy import retention as accounts_retention
from accounts.security import retention_proofs
from hitouch.core.data_protection import orphans
from hitouch.core.data_protection.retention import RetentionHandler
from hitouch.privacy import retention_rules
from onboarding import retention as onboarding_retention

log = logging.getLogger(__name__)
BATCH = 100
#: In order of execution; orphaned files come last.
EXPIRIES: tuple[RetentionHandler, ...] = (
    *onboarding_retention.EXPIRIES,
    *accounts_retention.EXPIRIES,
    *orphans.EXPIRIES,
)


@dataclass(frozen=True)
class RulePreview:
    """What one rule would end now."""

    rule: str
    period: str
    count: int


@dataclass
class Outcome:
    """What a run ended, which rules failed, and whether it is complete."""

    ended: dict[str, int]
    broken: list[str]
    finished: bool = True


def preview(*, now: datetime) -> Iterator[RulePreview]:
    """What a run would end now, by rule. Changes nothing."""
    for expiry in EXPIRIES:
        lasts = retention_rules.retention_rules()[expiry.rule]
        yield RulePreview(expiry.rule, lasts.words, expiry.waiting(now - lasts.period))


def apply(
    *, now: datetime, go_on: Callable[[], bool] = lambda: True, batch: int = BATCH
) -> Outcome:
    """Apply all rules while `go_on()` is true. A rule that fails does not stop the others."""
    outcome = Outcome(ended={}, broken=[])
    for expiry in EXPIRIES:
        try:
            _apply_rule(expiry, outcome, now, go_on, batch)
        except Exception:  # logged; the next run tries again
            log.exception("retention.failed", extra={"rule": expiry.rule})
            outcome.broken.append(expiry.rule)
    if outcome.finished:
        _close(outcome, now)
    return outcome


def _apply_rule(
    expiry: RetentionHandler, outcome: Outcome, now: datetime, go_on: Callable[[], bool], batch: int
) -> None:
    lasts = retention_rules.retention_rules()[expiry.rule]
    expiry.require_allowed(since=now - lasts.period, at=now)
    ended = 1
    while ended:
        if not go_on():
            outcome.finished = False
            return
        ended = _end_batch(expiry, lasts, now, batch)
        outcome.ended[expiry.rule] = outcome.ended.get(expiry.rule, 0) + ended


@transaction.atomic
def _end_batch(
    expiry: RetentionHandler, lasts: retention_rules.RetentionRule, now: datetime, batch: int
) -> int:
    moments = expiry.end(since=now - lasts.period, at=now, limit=batch)
    if moments:
        retention_proofs.record_retention_proof(
            rule=expiry.rule, period=lasts.words, moments=moments, ended=len(moments), at=now
        )
    return len(moments)


def _close(outcome: Outcome, now: datetime) -> None:
    """Record the proof that all rules were applied, also when nothing had expired."""
    words = f"{len(EXPIRIES) - len(outcome.broken)} of {len(EXPIRIES)} rules"
    ended = sum(outcome.ended.values())
    retention_proofs.record_retention_proof(
        rule=RetentionProof.NIGHT, period=words, moments=[], ended=ended, at=now
    )
