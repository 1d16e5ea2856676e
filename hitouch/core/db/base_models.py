"""The abstract base model: UUID primary key and timestamps."""

import uuid

from django.db import models


class BaseModel(models.Model):
    """A row with a random id, known before it is saved, and its times of creation and change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
