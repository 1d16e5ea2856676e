"""Identity documents of an agent: saving, replacing and submitting them for review.

Holds the rules for the PAN and the last four digits of the Aadhaar, and which documents may change.
Photos are taken in by `uploads.py` and read by `reading.py`, which saves them here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.crypto import blind_index
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from onboarding import aadhaar, identifiers, notifications
from onboarding.kyc import card_reader, held_pictures, quarantine, queries, resubmission
from onboarding.kyc.checks import services as checks
from onboarding.models import KycCase, KycDocument, KycUpload, still_needed
from onboarding.steps import gates

State = KycCase.State
Kind = KycDocument.Kind
#: Template of the "documents received" message.
RECEIVED = "documents_received"
#: Delay of that message where automatic approval may come first and make it pointless.
NOTIFY_DELAY = timedelta(minutes=2)


class DocumentsLocked(Refusal):
    """The documents are under review or approved."""

    code = "documents_locked"
    message = "Your documents are under review and can't be changed now."


class DocumentsMissing(Refusal):
    """A required document is missing."""

    code = "documents_missing"

    def __init__(self, missing: Sequence[Kind]) -> None:
        words = ", ".join(kind.label for kind in missing)
        super().__init__(f"Please add these first: {words}.")


class DocumentUnread(Refusal):
    """An upload has not been read yet."""

    code = "document_unread"
    sentence = "We are still reading this: {title}. Submit again in a moment."

    def __init__(self, title: str) -> None:
        super().__init__(self.sentence.format(title=title))


class FileLocked(DocumentUnread):
    """An upload is locked with a password."""

    code = "file_locked"
    sentence = "This file is locked: {title}. Enter its password or remove it, then submit again."


class BackNotNeeded(Refusal):
    """The Aadhaar is digitally signed, so its back is not needed."""

    code = "back_not_needed"
    message = "Your Aadhaar is digitally signed by UIDAI, so you don't need to upload the back."


class LastFourNeeded(Refusal):
    """The value is not exactly four digits."""

    code = "last_four_needed"
    status = 422
    field = "last_four"
    message = "Enter only the last 4 digits of your Aadhaar."


class LastFourDiffers(Refusal):
    """The last four digits of front and back differ."""

    code = "last_four_differs"
    status = 422
    field = "last_four"
    message = "These don't match the last 4 digits you entered for the other side."


class NumberDiffers(Refusal):
    """The digits entered differ from those read on the photo."""

    code = "last_four_differs"
    status = 422
    field = "last_four"
    message = "The number on the photo doesn't match the digits you entered. Check both."


class InvalidPan(Refusal):
    """Not a valid PAN of an individual."""

    code = "bad_pan"
    status = 422
    field = "number"
    message = "Enter an individual's PAN, such as ABCPE1234F."


class PanInUse(Refusal):
    """Another agent has approved documents with this PAN."""

    code = "pan_in_use"
    field = "number"
    message = (
        "This PAN is already used on another account. If it's yours, contact us from the Help page."
    )


@dataclass(frozen=True)
class DocumentNumber:
    """What is stored of a document's number."""

    last_four: str
    number: str = ""
    number_index: str = ""
    surname_letter_fits: bool | None = None

    def as_fields(self) -> dict[str, str | bool | None]:
        """As values for the columns of `KycDocument`."""
        return dict(vars(self))


def lock_open_case(agent: Agent, *kinds: str) -> tuple[Agent, KycCase]:
    """Lock the agent and the case until the transaction ends, and return both as they are now.

    Raises `DocumentsLocked` when the case is not open. With kinds (of an uploaded photo) raises
    `DocumentNotRequested` when these documents may not change; signed documents pass no kind.
    """
    held = locks.lock_agent_row(agent)
    gates.require(held, step="kyc")
    case, _ = KycCase.objects.select_for_update().get_or_create(agent=held)
    if not case.is_open:
        raise DocumentsLocked
    if kinds:
        resubmission.require_requested(case, *kinds)
    return held, case


def parse_number(
    case: KycCase, agent: Agent, kind: str, *, number: str, last_four: str
) -> DocumentNumber:
    """Parse the number that was entered for a photo of this kind."""
    return parse_pan(agent, number) if kind == Kind.PAN else _parse_aadhaar(case, kind, last_four)


def store_photo(
    upload: KycUpload,
    card: card_reader.ReadCard,
    known: DocumentNumber,
    *,
    by: User,
    at: datetime,
) -> KycDocument:
    """Save the photo of an upload, masked or held, in the transaction of `lock_open_case`."""
    case, kind = upload.case, upload.kind
    if kind != Kind.PAN and card.sure and card.last_four != known.last_four:
        raise NumberDiffers
    document = KycDocument(
        case=case,
        kind=kind,
        both_sides=upload.both_sides,
        extracted=card.extracted,
        **known.as_fields(),
    )
    if card.masked:
        document.file = storage.store_bytes(
            card.picture,
            name=f"{document.slug}.jpg",
            content_type="image/jpeg",
            purpose="identity-document",
        )
    if upload.both_sides:
        retire_documents(case.documents.current().filter(kind=Kind.AADHAAR_BACK), by=by, at=at)
    replace_document(document, by=by, at=at, masked=card.masked)
    if not card.masked:
        held_pictures.hold_picture(
            document=document, picture=card.picture, at=at, shows_number=card.shows_number
        )
    return document


def replace_document(document: KycDocument, *, by: User, at: datetime, **details: object) -> None:
    """Save a new document of a locked case and retire the current one of its kind.

    Uploads of its kind that are still unread are withdrawn: this document is newer.
    """
    case, kind = document.case, document.kind
    sides = (Kind.AADHAAR_FRONT, Kind.AADHAAR_BACK)
    kinds = sides if document.is_signed and kind in sides else (kind,)
    quarantine.withdraw_uploads(case, kinds, at=at)
    retire_documents(case.documents.current().filter(kind=kind), by=by, at=at)
    document.save(force_insert=True)
    if case.state != State.PARTIAL:
        transition(case, to=State.PARTIAL, by=by, at=at, why=f"{document.get_kind_display()} added")
    new = {"kind": kind, "source": document.source, **details}
    audit.record_event(by=by, action="documents.added", on=document, at=at, new=new)


def retire_documents(documents: Iterable[KycDocument], *, by: User, at: datetime) -> None:
    """Mark documents as replaced; their originals pending redaction are destroyed."""
    for older in documents:
        held_pictures.release_picture(document=older, by=by, at=at)
        KycDocument.objects.filter(pk=older.pk).update(replaced_at=at, updated_at=at)


def _parse_aadhaar(case: KycCase, kind: str, last_four: str) -> DocumentNumber:
    other = _other_side(case, kind)
    if kind == Kind.AADHAAR_BACK and isinstance(other, KycDocument) and other.is_signed:
        raise BackNotNeeded
    typed = last_four.strip()
    digits = aadhaar.normalise_last_four(typed) if typed else other and other.last_four
    if not digits:
        raise LastFourNeeded
    if kind == Kind.AADHAAR_BACK and other and other.last_four != digits:
        raise LastFourDiffers
    return DocumentNumber(last_four=digits)


def _other_side(case: KycCase, kind: str) -> KycDocument | KycUpload | None:
    """The other side of the Aadhaar: the upload that is still being read, or else the document."""
    other = Kind.AADHAAR_FRONT if kind == Kind.AADHAAR_BACK else Kind.AADHAAR_BACK
    unread = case.uploads.unread().filter(kind=other).first()
    return unread or case.documents.current().filter(kind=other).first()


def parse_pan(agent: Agent, value: str) -> DocumentNumber:
    """Parse a PAN. Raises `InvalidPan`, or `PanInUse` if another agent's is approved with it."""
    number = identifiers.normalise_pan(value)
    if number is None:
        raise InvalidPan
    index = blind_index("pan", number)
    if is_pan_in_use(index, agent=agent):
        raise PanInUse
    fits = identifiers.pan_fits_surname(
        number, given_name=agent.given_name, family_name=agent.family_name
    )
    return DocumentNumber(number[-4:], number, index, fits)


def is_pan_in_use(index: str, *, agent: Agent) -> bool:
    """Whether another agent has approved documents with this PAN."""
    approved = KycDocument.objects.filter(approved_at__isnull=False, number_index=index)
    return approved.exclude(case__agent=agent).exists()


@transaction.atomic
def submit_documents(*, agent: Agent, by: User, at: datetime) -> KycCase:
    """Submit the documents for review. From then on name and date of birth cannot change."""
    held = locks.lock_agent_row(agent)
    gates.require(held, step="kyc")
    case = KycCase.objects.select_for_update().filter(agent=held).first()
    documents = {row.kind: row for row in case.documents.current()} if case else {}
    missing = still_needed(documents.values())
    if case is not None:
        _refuse_unread(case)
    if case is None or missing:
        raise DocumentsMissing(missing)
    if not case.machine.allows(case.state, State.IN_REVIEW):
        raise InvalidTransition("You've already submitted your documents.")
    _refuse_two_aadhaars(documents)
    resubmission.mark_resubmitted(case, at=at)
    transition(
        case,
        to=State.IN_REVIEW,
        by=by,
        at=at,
        submitted_at=at,
        queued_at=resubmission.queue_position(case, at=at),
        reviewer=None,
        claimed_at=None,
        reason="",
        note="",
    )
    checks.schedule_checks(case)
    _notify_received(case, held, at)
    return case


def _refuse_unread(case: KycCase) -> None:
    unread = case.uploads.unread().order_by("created_at").first()
    if unread is None:
        return
    raise FileLocked(unread.title) if unread.needs_password else DocumentUnread(unread.title)


def _notify_received(case: KycCase, agent: Agent, at: datetime) -> None:
    """Send "documents received", delayed where the checks may approve within seconds."""
    expected = queries.expected_wait_text(case, at)
    send_at = at + NOTIFY_DELAY if checks.is_auto_approvable(case) else at
    notifications.notify(agent, template=RECEIVED, at=send_at, expected=expected)


def _refuse_two_aadhaars(documents: Mapping[str, KycDocument]) -> None:
    back = documents.get(Kind.AADHAAR_BACK)
    if back and back.last_four != documents[Kind.AADHAAR_FRONT].last_four:
        raise LastFourDiffers("The last 4 digits don't match on the two sides of your Aadhaar.")
