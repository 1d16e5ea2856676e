"""Key rotation: re-encrypts everything with the first key of HITOUCH_KEYS while the site runs.

No progress is stored: values that already use the first key are skipped, so an interrupted run can
simply be started again. A row is read and written under its lock; values that cannot be decrypted
are reported and left unchanged.
"""

import base64
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import models, transaction

from accounts.authentication.adapters import SECRET_CONTEXT
from hitouch.core import crypto
from hitouch.core.data_protection.privacy import without_immutability_triggers
from hitouch.core.fields import EncryptedTextField, SealedValue
from hitouch.core.files import storage
from hitouch.core.models import StoredFile

BATCH = 100
#: Keys in the data of allauth's authenticators that our adapter encrypts.
SECRETS = ("secret", "seed")


@dataclass
class RotationTarget:
    """The result for one table or the files: counts, and which keys are in use."""

    name: str
    resealed: int = 0
    broken: int = 0
    keys: Counter[str] = field(default_factory=Counter)


def rotate() -> Iterator[RotationTarget]:
    """Re-encrypt everything; yields the result for each table when it is done."""
    for model in _sealed_models():
        yield _rotate_model(model, _reseal_row, name=model._meta.label)
    yield _rotate_model(StoredFile, _reseal_file, name="files")
    yield _rotate_model(Authenticator, _reseal_factor, name=Authenticator._meta.label)
    yield _count_session_keys()


def unused_keys(places: list[RotationTarget]) -> list[str]:
    """Keys of the ring that no value uses."""
    used = sum((place.keys for place in places), Counter())
    return [key for key in settings.HITOUCH_KEYS if not used[key]]


def index_key() -> str:
    """The oldest key: blind indexes use it, so it cannot be removed from the ring."""
    return list(settings.HITOUCH_KEYS)[-1]


def _sealed_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if _sealed_fields(model)]


def _sealed_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    fields = model._meta.concrete_fields
    return [field for field in fields if isinstance(field, EncryptedTextField)]


def _rotate_model(
    model: type[models.Model], reseal: Callable[[Any, RotationTarget], None], *, name: str
) -> RotationTarget:
    """Process a table in batches by primary key; new rows use the first key anyway."""
    place = RotationTarget(name)
    last = None
    while batch := _next_batch(model, last):
        with transaction.atomic(), without_immutability_triggers(model):
            locked = model._base_manager.select_for_update(of=("self",)).filter(pk__in=batch)
            for row in locked:
                reseal(row, place)
        last = batch[-1]
    return place


def _next_batch(model: type[models.Model], last: Any) -> list[Any]:
    rows = model._base_manager.order_by("pk")
    rows = rows if last is None else rows.filter(pk__gt=last)
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _reseal_row(row: models.Model, place: RotationTarget) -> None:
    for column in _sealed_fields(type(row)):
        sealed = row.__dict__[column.attname]
        if not sealed.data:
            continue
        fresh = _reseal(sealed.data, column.context_of(row), place)
        if fresh is not None:
            same = type(row)._base_manager.filter(pk=row.pk, **{column.attname: sealed})
            same.update(**{column.attname: SealedValue(fresh)})


def _reseal_file(stored: StoredFile, place: RotationTarget) -> None:
    key = storage.sealed_by(stored)
    if key is None:
        return
    try:
        if key != crypto.current_key():
            storage.reseal(stored)
            place.resealed += 1
        place.keys[crypto.current_key()] += 1
    except crypto.SealBroken:
        place.broken += 1
        place.keys[key] += 1


def _reseal_factor(factor: Authenticator, place: RotationTarget) -> None:
    fresh = {}
    for name in SECRETS:
        if sealed := factor.data.get(name):
            again = _reseal(_decode(sealed), SECRET_CONTEXT, place)
            if again is not None:
                fresh[name] = base64.b64encode(again).decode()
    if fresh:
        factor.data = {**factor.data, **fresh}
        factor.save(update_fields=["data"])


def _decode(text: str) -> bytes:
    """The decoded value; b"" for invalid base64, which then counts as broken."""
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _reseal(sealed: bytes, context: str, place: RotationTarget) -> bytes | None:
    """The value re-encrypted with the first key; None if it already is, or is broken."""
    current = crypto.current_key()
    try:
        key = crypto.key_of(sealed)
        if key == current:
            place.keys[current] += 1
            return None
        fresh = crypto.seal(crypto.unseal(sealed, context=context), context=context)
    except crypto.SealBroken:
        place.broken += 1
        place.keys[_key_or_unknown(sealed)] += 1
        return None
    place.resealed += 1
    place.keys[current] += 1
    return fresh


def _count_session_keys() -> RotationTarget:
    """Count keys only: sessions expire, or end with `manage.py end_sessions --all`."""
    place = RotationTarget("sessions (they end by themselves)")
    for data in Session.objects.values_list("session_data", flat=True).iterator():
        place.keys[_key_of_session(data)] += 1
    return place


def _key_of_session(data: str) -> str:
    packed = data.split(":")[0]
    raw = signing.b64_decode(packed.removeprefix(".").encode())
    sealed = zlib.decompress(raw) if packed.startswith(".") else raw
    return _key_or_unknown(sealed)


def _key_or_unknown(sealed: bytes) -> str:
    try:
        return crypto.key_of(sealed)
    except crypto.SealBroken:
        return "an unknown key"
