"""Known cases: reviews of invented people, of which it is known how they should be decided.

They measure reviewers, so nobody can tell them from others in the queue. Only agents whose e-mail
address cannot belong to anybody (RFC 2606) may be used.
"""

from datetime import datetime

from django.db import transaction

from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from proctoring.delivery.locks import lock_sitting
from proctoring.models import ReviewCase, Sitting
from proctoring.review import queries, services

RESERVED = ("example.com", "example.org", "example.net")
RESERVED_TOP = (".test", ".example", ".invalid")


class NotInvented(Refusal):
    """The sitting may be of a real person."""

    code = "not_invented"
    message = "Known cases are seeded from invented people only."


class CaseAlreadyOpen(Refusal):
    """Somebody reviews this sitting already."""

    code = "case_already_open"
    message = "This sitting is under review already."


def is_invented(email: str) -> bool:
    """Whether an e-mail address is one that nobody can have."""
    domain = email.rpartition("@")[2].lower()
    return domain in RESERVED or domain.endswith(RESERVED_TOP)


@transaction.atomic
def seed_known_case(*, sitting: Sitting, verdict: str, at: datetime) -> ReviewCase:
    """Put a graded sitting of an invented person into the queue, with the verdict as known."""
    locked = lock_sitting(sitting)
    if not is_invented(locked.agent.user.email or ""):
        raise NotInvented
    if queries.open_case_of(locked) is not None:
        raise CaseAlreadyOpen
    transition(locked, to=Sitting.State.FLAGGED, by=None, at=at)
    reasons = [*queries.reasons_to_review(locked), ReviewCase.Reason.KNOWN]
    case = services.open_case(locked, reasons=reasons, at=at)
    case.known_verdict = verdict
    case.save(update_fields=["known_verdict", "updated_at"])
    return case
