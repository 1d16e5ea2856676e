"""Add evidence to a decision about money, and open it; both are in the audit log."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.files.storage import Upload
from hitouch.core.models import StoredFile
from payments.models import (
    ClientRefund,
    DepositReturn,
    EvidenceFile,
    LiabilityPayment,
    PayoutDecision,
)

PURPOSE = "money_evidence"
#: The most files of one decision.
MOST = 10
#: What evidence may be about: the name in addresses, the model, and the column.
KINDS: dict[str, tuple[type[models.Model], str]] = {
    "payout-decisions": (PayoutDecision, "decision"),
    "refunds": (ClientRefund, "refund"),
    "deposit-returns": (DepositReturn, "deposit_return"),
    "liability-payments": (LiabilityPayment, "liability_payment"),
}
COLUMNS = dict(KINDS.values())


class TooManyFiles(Refusal):
    """There are as many files as one decision may have."""

    code = "too_many_files"
    message = f"There are {MOST} files already. Put several pages into one PDF."
    field = "file"


def evidence_of(about: models.Model) -> models.QuerySet[EvidenceFile]:
    """The files about a decision, oldest first."""
    rows = EvidenceFile.objects.filter(**{COLUMNS[type(about)]: about})
    return rows.select_related("file", "added_by__agent").order_by("created_at", "pk")


def add_evidence(*, about: models.Model, upload: Upload, by: User, at: datetime) -> EvidenceFile:
    """Scan, re-encode and keep a PDF or a picture."""
    checked = storage.check_upload(upload, allowed=("pdf", "image"))
    with transaction.atomic():
        type(about)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=about.pk)
        if evidence_of(about).count() >= MOST:
            raise TooManyFiles
        stored = storage.store_checked(checked, purpose=PURPOSE)
        facts: dict[str, Any] = {COLUMNS[type(about)]: about}
        row = EvidenceFile.objects.create(file=stored, added_by=by, **facts)
        new = {"file": str(row.pk), "sha256": stored.sha256}
        audit.record_event(by=by, action="evidence.added", on=about, at=at, new=new)
    return row


@transaction.atomic
def open_evidence(*, row: EvidenceFile, by: User, at: datetime) -> StoredFile:
    """The file, for a person of finance; each access is recorded."""
    about = next(filter(None, (getattr(row, column) for column in COLUMNS.values())))
    new = {"file": str(row.pk)}
    audit.record_event(by=by, action="evidence.opened", on=about, at=at, new=new)
    return row.file
