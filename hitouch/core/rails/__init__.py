"""How money leaves: the rail that the settings choose, or none."""

from django.conf import settings

from hitouch.core.rails.base import OutcomeUnknown, Rail, RailAnswer, RailFault, RailRefused, Target
from hitouch.core.rails.razorpayx import RazorpayX

__all__ = [
    "OutcomeUnknown",
    "Rail",
    "RailAnswer",
    "RailFault",
    "RailRefused",
    "RazorpayX",
    "Target",
    "rail",
]


def rail() -> Rail | None:
    """The rail in use; None while none is configured, and people do its work."""
    return RazorpayX() if settings.RAZORPAYX_KEY_ID else None
