"""Where an agent's money goes. A change is a new version; the newest one counts."""

import pgtrigger
from django.db import models

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.fields import EncryptedTextField
from hitouch.core.rows import Row


class BankAccount(Row):
    """One version of an agent's bank account. Never changed: payments point at it."""

    agent = models.ForeignKey(Agent, related_name="bank_accounts", on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    holder_name = models.CharField(max_length=120)
    ifsc = models.CharField(max_length=11)
    account_number = EncryptedTextField()
    last_four = models.CharField(max_length=4)
    number_index = models.CharField(max_length=64, db_index=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_version_once", fields=["agent", "version"])
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.ifsc} {self.masked}"

    @property
    def masked(self) -> str:
        """The account number as it is shown."""
        return masking.last_four(self.last_four)
