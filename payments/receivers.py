"""What payments does when gigs announces something: its own service, nothing else."""

from django.dispatch import receiver
from django.utils import timezone

from gigs.models import Work
from gigs.signals import work_approved
from payments.services import payments


@receiver(work_approved, dispatch_uid="payments.open_payment")
def pay_for_work(work: Work, **kwargs: object) -> None:
    """Approval makes the payment. If it cannot be made, the approval is undone with it."""
    payments.open_payment(work=work, at=work.decided_at or timezone.now())
