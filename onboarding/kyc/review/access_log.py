"""Looking at somebody's documents: never at one's own, never without a purpose, each look noted."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from onboarding.kyc.held_pictures import OwnDocuments, PictureHeld
from onboarding.kyc.review import queries
from onboarding.models import KycCase, KycDocument, KycLook, Purpose


class DocumentErased(Refusal):
    """The account was closed, and the picture went with it."""

    code = "document_erased"
    message = "This photo was deleted when the account was closed."


class NoPhoto(Refusal):
    """The profile has no photo."""

    code = "no_photo"
    message = "This profile has no photo."


class NoPicture(Refusal):
    """It came as signed data."""

    code = "no_picture"
    message = "There is no photo. This document is digitally signed data from its issuer."


class PurposeRequired(Refusal):
    """Looked at without having taken it, and without a word why."""

    code = "purpose_missing"
    message = "Assign this review to yourself, or enter why you need to view the documents."


def refuse_own_case(case: KycCase, by: User) -> None:
    """Nobody meets their own case at work."""
    if case.agent.user_id == by.pk:
        raise OwnDocuments


@transaction.atomic
def record_access_purpose(*, case: KycCase, by: User, purpose: str, at: datetime) -> KycLook:
    """Say why one looks at documents that one does not decide on; it holds for half an hour."""
    refuse_own_case(case, by)
    said = {"purpose": Purpose(purpose), "at": at}
    look, _ = KycLook.objects.update_or_create(case=case, by=by, defaults=said)
    audit.record_event(by=by, action="documents.opened", on=case, at=at, new={"purpose": purpose})
    return look


def _purpose(case: KycCase, by: User, at: datetime) -> str:
    refuse_own_case(case, by)
    purpose = queries.access_purpose_of(case, by, at)
    if purpose is None:
        raise PurposeRequired
    return purpose


def open_document(*, document: KycDocument, by: User, at: datetime) -> StoredFile:
    """The picture, for staff; each look is noted."""
    purpose = _purpose(document.case, by, at)
    if document.is_held:
        raise PictureHeld
    if document.file is None:
        raise NoPicture if document.is_signed else DocumentErased
    new = {"kind": document.kind, "purpose": purpose}
    audit.record_event(by=by, action="documents.viewed", on=document, at=at, new=new)
    return document.file


def open_photo(*, case: KycCase, by: User, at: datetime) -> StoredFile:
    """The profile's photo, to compare faces; each look is noted."""
    purpose = _purpose(case, by, at)
    if case.agent.photo is None:
        raise NoPhoto
    audit.record_event(by=by, action="photo.viewed", on=case, at=at, new={"purpose": purpose})
    return case.agent.photo


def reveal_pan(*, document: KycDocument, by: User, at: datetime) -> str:
    """The whole PAN, for staff; each look is noted."""
    purpose = _purpose(document.case, by, at)
    audit.record_event(by=by, action="pan.revealed", on=document, at=at, new={"purpose": purpose})
    return document.number
