"""Document access log: staff view documents only with a purpose, and each access is recorded."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from onboarding.kyc.access import require_access
from onboarding.kyc.held_pictures import PictureHeld
from onboarding.kyc.review import queries
from onboarding.models import KycCase, KycDocument, KycLook, Purpose


class DocumentErased(Refusal):
    """The photo was deleted: with the account, or because it was not masked in time."""

    code = "document_erased"
    message = "This photo was deleted."


class NoPhoto(Refusal):
    """The profile has no photo."""

    code = "no_photo"
    message = "This profile has no photo."


class NoPicture(Refusal):
    """The document is signed data without a photo."""

    code = "no_picture"
    message = "There is no photo. This document is digitally signed data from its issuer."


class PurposeRequired(Refusal):
    """Accessed without having claimed the case and without a stated purpose."""

    code = "purpose_missing"
    message = "Assign this review to yourself, or enter why you need to view the documents."


@transaction.atomic
def record_access_purpose(*, case: KycCase, by: User, purpose: str, at: datetime) -> KycLook:
    """Record why somebody views documents of a case they have not claimed. Valid for 30 minutes."""
    require_access(case, by)
    values = {"purpose": Purpose(purpose), "at": at}
    look, _ = KycLook.objects.update_or_create(case=case, by=by, defaults=values)
    audit.record_event(by=by, action="documents.opened", on=case, at=at, new={"purpose": purpose})
    return look


def _require_purpose(case: KycCase, by: User, at: datetime) -> str:
    require_access(case, by)
    purpose = queries.access_purpose_of(case, by, at)
    if purpose is None:
        raise PurposeRequired
    return purpose


def open_document(*, document: KycDocument, by: User, at: datetime) -> StoredFile:
    """The photo of a document. The access is recorded."""
    purpose = _require_purpose(document.case, by, at)
    if document.is_held:
        raise PictureHeld
    if document.file is None:
        raise NoPicture if document.is_signed else DocumentErased
    new = {"kind": document.kind, "purpose": purpose, "file": str(document.file.pk)}
    audit.record_event(by=by, action="documents.viewed", on=document, at=at, new=new)
    return document.file


@dataclass(frozen=True)
class Picture:
    """A picture of a case that is looked at before a decision."""

    slug: str
    title: str


def pictures_not_opened(case: KycCase, by: User) -> list[Picture]:
    """Current documents, and the profile photo, that this person has not opened as they are now."""
    current = case.documents.current().filter(file__isnull=False).order_by("kind")
    unseen = [
        Picture(row.slug, row.title)
        for row in current
        if not audit.was_recorded(
            by=by, action="documents.viewed", on=row, new={"file": str(row.file_id)}
        )
    ]
    photo = case.agent.photo_id
    if photo and not audit.was_recorded(
        by=by, action="photo.viewed", on=case, new={"file": str(photo)}
    ):
        unseen.append(Picture("photo", "Profile photo"))
    return unseen


def open_photo(*, case: KycCase, by: User, at: datetime) -> StoredFile:
    """The profile photo, to compare faces. The access is recorded."""
    purpose = _require_purpose(case, by, at)
    if case.agent.photo is None:
        raise NoPhoto
    new = {"purpose": purpose, "file": str(case.agent.photo.pk)}
    audit.record_event(by=by, action="photo.viewed", on=case, at=at, new=new)
    return case.agent.photo


def reveal_pan(*, document: KycDocument, by: User, at: datetime) -> str:
    """The full PAN. The access is recorded."""
    purpose = _require_purpose(document.case, by, at)
    audit.record_event(by=by, action="pan.revealed", on=document, at=at, new={"purpose": purpose})
    return document.number
