"""Files that prove what two people decided about money: receipts of banks, letters, challans."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.models import StoredFile
from payments.models.deposit_returns import DepositReturn
from payments.models.funding import ClientRefund
from payments.models.liabilities import LiabilityPayment
from payments.models.payout_decisions import PayoutDecision

#: The columns of which one is set.
SUBJECTS = ("decision", "refund", "deposit_return", "liability_payment")


def _one_subject() -> Q:
    condition = Q()
    for name in SUBJECTS:
        condition |= Q(**{f"{each}__isnull": each != name for each in SUBJECTS})
    return condition


class EvidenceFile(BaseModel):
    """A private file about one decision. It is never changed or taken away."""

    file = models.OneToOneField(StoredFile, related_name="+", on_delete=models.PROTECT)
    decision = models.ForeignKey(
        PayoutDecision, null=True, blank=True, related_name="evidence", on_delete=models.PROTECT
    )
    refund = models.ForeignKey(
        ClientRefund, null=True, blank=True, related_name="evidence", on_delete=models.PROTECT
    )
    deposit_return = models.ForeignKey(
        DepositReturn, null=True, blank=True, related_name="evidence", on_delete=models.PROTECT
    )
    liability_payment = models.ForeignKey(
        LiabilityPayment, null=True, blank=True, related_name="evidence", on_delete=models.PROTECT
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        indexes = [models.Index(name="evidence_newest", fields=["-created_at", "-id"])]
        triggers = [
            pgtrigger.Protect(name="evidence_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        constraints = [
            models.CheckConstraint(name="evidence_is_of_one_thing", condition=_one_subject()),
        ]

    def __str__(self) -> str:
        return self.file.name
