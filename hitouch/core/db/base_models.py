"""What every row of ours has."""

import uuid

from django.db import models


class BaseModel(models.Model):
    """A row with an id that tells nothing and can be known before the row is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
