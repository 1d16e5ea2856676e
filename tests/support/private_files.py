"""Private files where they lie on disk, for tests that damage, lose or look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from hitouch.core.files import storage
from hitouch.core.models import StoredFile


def path_of(stored: StoredFile) -> Path:
    """The file in the folder of a local store."""
    return Path(settings.HITOUCH_PRIVATE_FILES) / storage.object_name(stored.pk)


@contextmanager
def lost_store() -> Iterator[None]:
    """The disk of the private files fails for a while."""
    no_folder = Path(__file__) / "private"
    with override_settings(HITOUCH_FILE_STORE=no_folder.as_uri()):
        yield
