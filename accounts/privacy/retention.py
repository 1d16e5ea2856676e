"""What of accounts goes by time alone, and the chained proofs of everything that went so."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import RetentionProof
from hitouch.core.data_protection.retention import ExpiringRows, RetentionHandler, delete
from hitouch.core.db import hash_chain

#: Any constant; it names the advisory lock under which the chain grows.
CHAIN_LOCK = 7_401_963


@transaction.atomic
def record_retention_proof(
    *, rule: str, period: str, moments: Sequence[datetime], ended: int, at: datetime
) -> RetentionProof:
    """Note in the caller's transaction what a rule ended, behind the proofs that are there."""
    hash_chain.lock(CHAIN_LOCK)
    last = RetentionProof.objects.order_by("-number").first()
    proof = RetentionProof(
        rule=rule,
        period=period,
        at=at,
        ended=ended,
        oldest_at=min(moments, default=None),
        newest_at=max(moments, default=None),
    )
    hash_chain.append(proof, after=last, digest_of=_digest)
    proof.save(force_insert=True)
    return proof


def first_broken_proof() -> int | None:
    """The number of the first proof that was changed or is missing, if any."""
    proofs = RetentionProof.objects.order_by("number")
    return hash_chain.first_break(proofs.iterator(), digest_of=_digest)


def _digest(proof: RetentionProof) -> str:
    moments = [proof.at, proof.oldest_at, proof.newest_at]
    content = [
        proof.number,
        proof.previous_hash,
        proof.rule,
        proof.period,
        proof.ended,
        *(moment.isoformat() if moment else None for moment in moments),
    ]
    return hash_chain.digest(content)


def _ended_sessions(since: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lte=since)


def _gone_sign_ins(since: datetime) -> QuerySet[UserSession]:
    """What allauth remembers of a browser whose session is not there any more."""
    live = Session.objects.values("session_key")
    return UserSession.objects.filter(last_seen_at__lte=since).exclude(session_key__in=live)


EXPIRIES: tuple[RetentionHandler, ...] = (
    ExpiringRows("accounts.ended_sessions", _ended_sessions, "expire_date", delete),
    ExpiringRows("accounts.gone_sign_ins", _gone_sign_ins, "last_seen_at", delete),
)
