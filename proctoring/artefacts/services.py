"""Receipts of the consent to be recorded: one for each kind of what is recorded."""

from datetime import datetime

from proctoring.artefacts.registry import artefacts
from proctoring.models import ConsentReceipt, Sitting


def record_receipts(*, sitting: Sitting, at: datetime) -> None:
    """Keep what the person was told. Called with the sitting locked, when the consent is given."""
    days = sitting.assessment.retention_days
    ConsentReceipt.objects.bulk_create(
        [
            ConsentReceipt(
                sitting=sitting,
                position=position,
                artefact=row.name,
                what=row.what,
                why=row.why,
                seen_by=row.seen_by,
                keep_days=row.keep_days(days),
                version=row.version,
                given_at=at,
            )
            for position, row in enumerate(artefacts(), start=1)
        ],
        ignore_conflicts=True,
    )
