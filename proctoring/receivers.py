"""Signal receivers of proctoring: tell open WebSockets that their sitting has ended."""

from django.dispatch import receiver

from hitouch.core.web.sockets import send_after_commit
from proctoring import signals
from proctoring.models import Sitting


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
