"""System checks: whether this machine can confine the decoders of uploaded files."""

from typing import Any

from django.conf import settings
from django.core import checks

from hitouch.core.sandbox import confinement

UNCONFINED = "This kernel or container cannot filter system calls (seccomp)"


@checks.register(checks.Tags.security)
def check_confinement(**kwargs: Any) -> list[checks.CheckMessage]:
    """Without system call filters no upload is decoded, except on a development site."""
    if not confinement.is_supported():
        if settings.DEBUG:
            says = f"{UNCONFINED}: uploaded files are decoded without confinement."
            return [checks.Warning(says, id="hitouch.W011")]
        return [checks.Error(f"{UNCONFINED}: uploaded files are refused.", id="hitouch.E010")]
    if not confinement.landlock_version():
        says = "This kernel has no Landlock: decoders are confined by system call filters alone."
        return [checks.Warning(says, id="hitouch.W010")]
    return []
