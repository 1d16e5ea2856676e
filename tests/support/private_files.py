"""Private files where they lie on disk, for tests that damage, lose or look at them."""

from pathlib import Path

from django.conf import settings

from hitouch.core.files import storage
from hitouch.core.models import StoredFile


def path_of(stored: StoredFile) -> Path:
    """The file in the folder of a local store."""
    return Path(settings.HITOUCH_PRIVATE_FILES) / storage.object_name(stored.pk)
