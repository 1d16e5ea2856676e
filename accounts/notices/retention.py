"""Old notices go; the sweep runs with the other sweeps of accounts."""

from datetime import timedelta

from accounts.models import Notice
from hitouch.core import sweeps

KEPT = timedelta(days=180)

OLD_NOTICES = sweeps.DeletionSweep(
    name="accounts.old_notices",
    due=lambda now: Notice.objects.filter(at__lte=now - KEPT),
    order=("at", "pk"),
)
