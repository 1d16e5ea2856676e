"""The session store: session keys are stored as hashes, and session data is encrypted.

Django stores the key of a session, which is the value of the cookie, and its data in the clear.
Whoever reads the database could use both: the data holds pending codes, grants, and secrets of
authenticator apps that are being set up.
"""

import base64
import hashlib
import json
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from hitouch.core import crypto

CONTEXT = "accounts.session"
#: 30 bytes of a SHA-256 fill the 40 characters that the column has.
HASH_BYTES = 30


class StoredKey(str):
    """A hashed session key, as read from the database. A cookie's value never has this type."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Also equal to the key of which it is the hash."""
        return (
            str.__eq__(self, hashed_session_key(other) if isinstance(other, str) else other) is True
        )

    __hash__ = str.__hash__


def hashed_session_key(key: str) -> StoredKey:
    """The hash under which the session with this key is stored."""
    if isinstance(key, StoredKey):
        return key
    digest = hashlib.sha256(key.encode()).digest()[:HASH_BYTES]
    return StoredKey(base64.urlsafe_b64encode(digest).decode())


class SealedSerializer:
    """Session data as JSON, encrypted with the current key."""

    def dumps(self, data: dict[str, Any]) -> bytes:
        """Encrypt the data for the database."""
        return crypto.seal(json.dumps(data, separators=(",", ":")).encode(), context=CONTEXT)

    def loads(self, sealed: bytes) -> dict[str, Any]:
        """Decrypt the data; Django treats data that cannot be decrypted as an empty session."""
        data: dict[str, Any] = json.loads(crypto.unseal(sealed, context=CONTEXT))
        return data


class SessionStore(DatabaseStore):
    """Django's database store, with hashed keys."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        if not self.session_key:
            return None
        name = hashed_session_key(self.session_key)
        row = self.model.objects.filter(session_key=name, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self) -> AbstractBaseSession | None:
        return await sync_to_async(self._get_session_from_db)()

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return super().exists(hashed_session_key(session_key))

    async def aexists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return await sync_to_async(self.exists)(session_key)

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to save."""
        row = super().create_model_instance(data)
        row.session_key = hashed_session_key(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to save."""
        return await sync_to_async(self.create_model_instance)(data)

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with this key, or this one."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(hashed_session_key(key))

    async def adelete(self, session_key: str | None = None) -> None:
        """Delete the session with this key, or this one."""
        await sync_to_async(self.delete)(session_key)


class HashedKeyField(models.CharField):
    """The session key in allauth's table of sessions, stored as a hash."""

    def get_prep_value(self, value: Any) -> Any:
        """Hash values that are saved or looked up."""
        return None if value is None else hashed_session_key(value)

    def from_db_value(self, value: str | None, *ignored: Any) -> StoredKey | None:
        """Mark values from the database as hashes."""
        return None if value is None else StoredKey(value)

    def deconstruct(self) -> Any:
        """For migrations it is the field that allauth declared."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def install_hashed_keys(model: type[models.Model]) -> None:
    """Make allauth's `UserSession.session_key` a hashed field; it has no setting for that."""
    model._meta.get_field("session_key").__class__ = HashedKeyField
