"""Stores of private files. `private_store()` is the only way to the files."""

from pathlib import Path

from django.conf import settings

from hitouch.core.files.stores.base import ObjectStore
from hitouch.core.files.stores.local import LocalStore


def private_store() -> ObjectStore:
    """The store of this site."""
    return LocalStore(Path(settings.HITOUCH_PRIVATE_FILES))
