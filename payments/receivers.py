"""Signal receivers of payments."""

from django.dispatch import receiver
from django.utils import timezone

from gigs.models import Work
from gigs.signals import work_approved
from payments.earnings import services as earnings


@receiver(work_approved, dispatch_uid="earnings.open_payment")
def pay_for_work(work: Work, **kwargs: object) -> None:
    """Open the payment of approved work, in the transaction of the approval.

    If the payment cannot be opened, the approval is rolled back.
    """
    earnings.open_payment(work=work, at=work.decided_at or timezone.now())
