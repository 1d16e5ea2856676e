"""The chained proofs of all retention runs: what was deleted by which rule, without the data."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import RetentionProof
from accounts.security import anchors, audit
from hitouch.core.db import hash_chain

#: Key of the advisory lock that serialises writers of the chain; any constant will do.
CHAIN_LOCK = 7_401_963


@transaction.atomic
def record_retention_proof(
    *, rule: str, period: str, moments: Sequence[datetime], ended: int, at: datetime
) -> RetentionProof:
    """Append a proof to the chain, in the caller's transaction."""
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
    hash_chain.append(proof, after=last, digest_of=keyed_digest)
    proof.save(force_insert=True)
    return proof


def first_broken_proof() -> int | None:
    """The number of the first proof that was changed or is missing, if any."""
    proofs = RetentionProof.objects.order_by("number")
    first = anchors.first_anchor()
    return hash_chain.first_break(
        proofs.iterator(chunk_size=2000),
        digest_of=keyed_digest,
        is_accepted=audit.unkeyed_rule(_digest, until=first.proofs if first else 0, first=first),
    )


def keyed_digest(proof: RetentionProof) -> str:
    """The hash of a proof."""
    return hash_chain.keyed_digest("retention", _digest(proof))


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
