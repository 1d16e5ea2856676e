"""Files as evidence: scanned, decoded and stored like all uploads, and opened with a record."""

from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import User
from accounts.security import audit
from gigs.disputes.parties import check_party
from gigs.disputes.services import lock_live
from gigs.models import Dispute, DisputeFile
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from onboarding import files, identifiers

PURPOSE = "dispute"
#: Files of one side in one dispute.
MOST_FILES = 10


class TooManyDisputeFiles(Refusal):
    """The side has added as many files as it may."""

    code = "too_many_files"
    message = f"You have added {MOST_FILES} files already. Put several pages into one PDF."
    field = "file"


def add_file(
    *, dispute: Dispute, author: str, upload: storage.Upload, note: str, by: User, at: datetime
) -> DisputeFile:
    """Add a PDF, a picture or plain text, which both sides and staff can open."""
    identifiers.refuse_full_aadhaar({"note": note})
    name = upload.name or ""
    data = storage.sized_content(upload)
    files.refuse_full_aadhaar_in(data, name=name)
    checked = storage.check_upload(SimpleUploadedFile(name, data))
    with transaction.atomic():
        dispute = lock_live(dispute)
        check_party(dispute, author, by=by)
        if dispute.files.filter(author=author).count() >= MOST_FILES:
            raise TooManyDisputeFiles
        stored = storage.store_checked(checked, purpose=PURPOSE)
        row = dispute.files.create(author=author, by=by, file=stored, note=note.strip(), at=at)
        new = {"file": str(row.pk), "sha256": stored.sha256}
        audit.record_event(by=by, action="dispute.file_added", on=dispute, at=at, new=new)
    return row


@transaction.atomic
def open_file(*, row: DisputeFile, by: User, at: datetime) -> StoredFile:
    """The file, for a person who may see the dispute; each access is recorded."""
    new = {"file": str(row.pk)}
    audit.record_event(by=by, action="dispute.file_opened", on=row.dispute, at=at, new=new)
    return row.file
