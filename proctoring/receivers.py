"""Signal receivers of proctoring: open WebSockets, grading and certificates."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from hitouch.core.web.sockets import send_after_commit
from proctoring import signals
from proctoring.console import announcements
from proctoring.console import services as console
from proctoring.console.queries import SHOWN
from proctoring.grading import routing
from proctoring.grading import services as grading
from proctoring.models import Intervention, Observation, Sitting, SittingEvent, SittingSection
from proctoring.monitoring import consequences
from proctoring.monitoring import services as monitoring
from proctoring.observations.services import Fact, append
from proctoring.results import certificates
from proctoring.review import queries
from proctoring.review import services as review
from proctoring.review.risk import Reason
from proctoring.setup import queries as checks


@receiver(signals.sitting_ended, dispatch_uid="proctoring.close_sockets")
def close_sockets(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Send the end to the sitting's channel group, after the commit."""
    message = {
        "type": "sitting.ended",
        "state": sitting.state,
        "reason": sitting.end_reason,
        "said": sitting.get_end_reason_display(),
    }
    send_after_commit(f"sitting-{sitting.pk}", message)


@receiver(signals.sitting_resumed, dispatch_uid="proctoring.note_resumption")
def note_resumption(
    sender: type[Sitting], sitting: Sitting, by: User | None, **kwargs: object
) -> None:
    """Record a pause that ended by itself, and tell the page. What a proctor does, they record."""
    if by is not None:
        return
    Intervention.objects.create(
        sitting=sitting,
        kind=Intervention.Kind.RESUME,
        reason=Intervention.Reason.OTHER,
        at=sitting.updated_at,
    )
    append(sitting=sitting, facts=[Fact("RESUME")], at=sitting.updated_at)
    ends_at = sitting.ends_at.isoformat() if sitting.ends_at else ""
    send_after_commit(f"sitting-{sitting.pk}", {"type": "sitting.resumed", "ends_at": ends_at})


@receiver(signals.sitting_ended, dispatch_uid="proctoring.stop_watching")
def stop_watching(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Nobody watches a sitting that has ended."""
    console.stop_watching(sitting=sitting, at=sitting.ended_at or timezone.now())


@receiver(post_save, sender=SittingEvent, dispatch_uid="proctoring.tell_consoles")
def tell_consoles(
    sender: type[SittingEvent], instance: SittingEvent, created: bool, **kwargs: object
) -> None:
    """A sitting appears on the consoles, changes its state, or disappears."""
    if created and {instance.was, instance.became} & set(SHOWN):
        announcements.tell_consoles(instance.subject_id)


@receiver(signals.observed, dispatch_uid="proctoring.rule_observations")
def rule_observations(
    sender: type[Observation],
    sitting: Sitting,
    observations: Sequence[Observation],
    at: datetime,
    **kwargs: object,
) -> None:
    """Rule what the server or staff recorded."""
    consequences.rule_observations(sitting=sitting, observations=observations, at=at)


@receiver(signals.sitting_ended, dispatch_uid="proctoring.close_coverage")
def close_coverage(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Write how much of the sitting was monitored."""
    monitoring.close_coverage(sitting=sitting, at=sitting.ended_at or timezone.now())


@receiver(signals.answers_admitted, dispatch_uid="proctoring.grade_admitted_answers")
def grade_admitted_answers(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Grade again with the answers that were admitted."""
    grading.note_admitted_answers(sitting=sitting, at=timezone.now())


@receiver(signals.ability_asked, dispatch_uid="proctoring.estimate_ability")
def estimate_ability(
    sender: type[Sitting], sitting: Sitting, part: SittingSection, **kwargs: object
) -> tuple[float, float] | None:
    """Tell the draw of a section which ability the sections before it show."""
    return routing.ability_for(sitting, part)


@receiver(signals.release_requested, dispatch_uid="proctoring.reasons_to_review")
def reasons_to_review(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> list[Reason]:
    """Why a person has to look before the result counts."""
    return queries.reasons_to_review(sitting)


@receiver(signals.result_held, dispatch_uid="proctoring.open_review")
def open_review(
    sender: type[Sitting], sitting: Sitting, reasons: list[str], at: datetime, **kwargs: object
) -> None:
    """Open the review of a held result."""
    review.hold_result(sitting=sitting, reasons=reasons, at=at)


@receiver(signals.sitting_graded, dispatch_uid="proctoring.issue_certificate")
def issue_certificate(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Issue the certificate of a level that passes."""
    at = sitting.graded_at or timezone.now()
    certificates.issue_certificate(sitting=sitting, at=at)


@receiver(signals.sitting_voided, dispatch_uid="proctoring.withdraw_certificate")
def withdraw_certificate(sender: type[Sitting], sitting: Sitting, **kwargs: object) -> None:
    """Withdraw the certificate of a result that was cancelled."""
    certificates.withdraw_certificate(
        sitting=sitting, reason=sitting.decision_reason, at=sitting.updated_at
    )


@receiver(signals.begin_requested, dispatch_uid="proctoring.outstanding_checks")
def outstanding_checks(
    sender: type[Sitting], sitting: Sitting, at: datetime, **kwargs: object
) -> list[str]:
    """Name the checks that do not hold: no assessment begins without them."""
    return checks.outstanding(sitting, at)
