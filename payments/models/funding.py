"""Clients' money: what is reserved for each opportunity."""

import pgtrigger
from django.db import models
from django.db.models import Q

from gigs.models import Client, Opportunity
from hitouch.core.db.base_models import BaseModel


class Reserve(BaseModel):
    """The client's money set aside for the whole cost of a published opportunity."""

    opportunity = models.OneToOneField(
        Opportunity, related_name="reserve", on_delete=models.PROTECT
    )
    client = models.ForeignKey(Client, related_name="reserves", on_delete=models.PROTECT)
    promised_paise = models.BigIntegerField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="reserve_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(name="reserve_positive", condition=Q(promised_paise__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.opportunity)
