"""EncryptedTextField: a model field that is encrypted at rest and bound to its row.

The row's primary key must be known before it is saved (a UUID made in Python). On the
instance the value is a plain `str`; in the database it is bytes that can be decrypted only in
this column of this row. It cannot be filtered on: add a column with its `blind_index` for that.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from hitouch.core import crypto

if TYPE_CHECKING:
    TextField = models.Field[str, str]
else:
    TextField = models.Field


class SealedValue:
    """The encrypted value as stored. Its repr does not show it."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "<sealed>"


class _LazyUnsealer:
    """Descriptor that decrypts an instance's value when it is first read."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, SealedValue):
            context = self.field.context_of(instance)
            value = crypto.unseal(value.data, context=context).decode() if value.data else ""
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(TextField):
    """Text encrypted with AES-256-GCM for `app.model.column:primary key`; "" is stored as b""."""

    description = "Encrypted text"

    def __init__(self, **options: Any) -> None:
        options.setdefault("default", "")
        options.setdefault("blank", True)
        options.setdefault("editable", False)
        super().__init__(**options)

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: type[models.Model], name: str, **options: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **options)
        setattr(cls, self.attname, _LazyUnsealer(self))

    def context_of(self, instance: models.Model) -> str:
        """The context that the value is bound to."""
        return f"{self.model._meta.label_lower}.{self.attname}:{instance.pk}"

    def from_db_value(self, value: Any, *ignored: Any) -> SealedValue | None:
        return None if value is None else SealedValue(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> SealedValue:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, SealedValue):
            return value
        text = str(value or "")
        context = self.context_of(model_instance)
        return SealedValue(crypto.seal(text.encode(), context=context) if text else b"")

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> bytes:
        if isinstance(value, SealedValue):
            return value.data
        if value in (None, ""):
            return b""
        raise TypeError(f"{self.name} is encrypted: save the row, it cannot be filtered or updated")

    def get_default(self) -> str:
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        return "<sealed>"
