"""Of whom a second factor is demanded: staff, and who may promise money for a client.

The second half needs apps above this one, so it is found by the name in
`HITOUCH_FACTOR_DEMANDED`.
"""

from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


def demands_factor(user: User) -> bool:
    """Whether this account may not be without a second factor."""
    promises = import_string(settings.HITOUCH_FACTOR_DEMANDED)
    return user.is_staff or cast(bool, promises(user))
