"""System checks of the store of private files.

The one that asks the store is no part of what each process checks at its start: Celery's main
process forks, and must not have used a bucket before (`stores.s3`). `/readyz` asks all the time.
"""

from typing import Any

from django.conf import settings
from django.core import checks

from hitouch.core.files import identity
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import StoreUnavailable

Found = list[checks.CheckMessage]


@checks.register("servers", checks.Tags.security, deploy=True)
def check_sharing(**kwargs: Any) -> Found:
    """Several hosts need one store."""
    if settings.HITOUCH_HOSTS == 1 or settings.HITOUCH_FILE_STORE:
        return []
    says = "There are several hosts, and each keeps private files in a folder of its own."
    hint = "Set HITOUCH_FILE_STORE to a bucket, or to a folder that all of them mount."
    return [checks.Error(says, hint=hint, id="hitouch.E037")]


@checks.register(checks.Tags.database, deploy=True)
def check_store(*, databases: Any = None, **kwargs: Any) -> Found:
    """Whether the store answers, and belongs to the database."""
    return examine() if databases else []


def examine() -> Found:
    """The findings on the store of this site."""
    place, hint = private_store().place, "Look at HITOUCH_FILE_STORE and HITOUCH_S3_*."
    try:
        if not identity.is_new():
            identity.require_match()
    except StoreUnavailable as refusal:
        says = f"The private files in {place} do not answer: {refusal.__cause__}"
        return [checks.Error(says, hint=hint, id="hitouch.E038")]
    except identity.StoreMismatch as mismatch:
        hint = f"{hint} After a restore see manage.py file_store."
        return [checks.Error(f"{mismatch} ({place})", hint=hint, id="hitouch.E039")]
    return []
