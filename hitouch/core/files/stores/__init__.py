"""Stores of private files, chosen by the setting HITOUCH_FILE_STORE.

`file:///folder`, or `s3://bucket/prefix` for S3 and what is compatible with it. Without the setting
the folder HITOUCH_PRIVATE_FILES is used. `private_store()` is the only way to the files.
"""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from hitouch.core.files.stores.base import ObjectStore
from hitouch.core.files.stores.local import LocalStore


def private_store() -> ObjectStore:
    """The store of this site."""
    return store_at(_url())


def store_for_health_checks() -> ObjectStore:
    """The store of this site, waited for only a moment."""
    return store_at(_url(), is_health_check=True)


def store_at(url: str, *, is_health_check: bool = False) -> ObjectStore:
    """The store with this address; the settings have the access to buckets."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalStore(Path(unquote(parts.path)))
    return _s3_store(parts.netloc, parts.path.strip("/"), is_health_check, **settings.HITOUCH_S3)


def _url() -> str:
    return settings.HITOUCH_FILE_STORE or Path(settings.HITOUCH_PRIVATE_FILES).as_uri()


@lru_cache(maxsize=8)
def _s3_store(bucket: str, prefix: str, is_health_check: bool, **access: str) -> ObjectStore:
    # Imported only where it is used: its threads do not survive a fork.
    s3: Any = import_module("hitouch.core.files.stores.s3")
    patience = s3.SHORT if is_health_check else s3.NORMAL
    store: ObjectStore = s3.S3Store(bucket, prefix, patience=patience, **access)
    return store
