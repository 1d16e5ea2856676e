"""Identity documents of an agent: uploading, replacing and submitting them for review.

Holds the rules for the PAN and the last four digits of the Aadhaar, and which documents may change.
"""

import re
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
from onboarding import identifiers, notifications
from onboarding.kyc import card_reader, checks, held_pictures, resubmission, waiting_times
from onboarding.models import KycCase, KycDocument, still_needed
from onboarding.steps import gates

State = KycCase.State
Kind = KycDocument.Kind
#: Template of the "documents received" message.
RECEIVED = "documents_received"
#: Delay of that message where automatic approval may come first and make it pointless.
NOTIFY_DELAY = timedelta(minutes=2)
FOUR_DIGITS = re.compile(r"[0-9]{4}")


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


def save_document(
    *,
    agent: Agent,
    kind: str,
    upload: storage.Upload,
    by: User,
    at: datetime,
    number: str = "",
    last_four: str = "",
) -> KycDocument:
    """Mask one photo and save it, replacing the current document of its kind.

    Everything that can be checked without the photo is checked first, because OCR takes a second
    or two. Rows are locked only after OCR, and the same checks then run again.
    """
    now = Agent.objects.get(pk=agent.pk)
    gates.require(now, step="kyc")
    identifiers.refuse_full_aadhaar({"number": number, "last_four": last_four})
    _parse_number(_find_open_case(now, kind), now, kind, number=number, last_four=last_four)
    card = card_reader.read_upload(kind=kind, upload=upload)
    with transaction.atomic():
        held, case = lock_open_case(agent, kind)
        known = _parse_number(case, held, kind, number=number, last_four=last_four)
        if kind != Kind.PAN and card.sure and card.last_four != known.last_four:
            raise NumberDiffers
        return _store_document(case, kind, card, known, by=by, at=at)


def lock_open_case(agent: Agent, kind: str = "") -> tuple[Agent, KycCase]:
    """Lock the agent and the case until the transaction ends, and return both as they are now.

    Raises `DocumentsLocked` when the case is not open. With a `kind` (of an uploaded photo) raises
    `DocumentNotRequested` when that document may not change; signed documents pass no kind.
    """
    held = locks.lock_agent_row(agent)
    gates.require(held, step="kyc")
    case, _ = KycCase.objects.select_for_update().get_or_create(agent=held)
    _refuse_locked(case, kind)
    return held, case


def _find_open_case(agent: Agent, kind: str) -> KycCase | None:
    case = KycCase.objects.filter(agent=agent).first()
    if case is not None:
        _refuse_locked(case, kind)
    return case


def _refuse_locked(case: KycCase, kind: str) -> None:
    if not case.is_open:
        raise DocumentsLocked
    if kind:
        resubmission.require_requested(case, kind)


def _parse_number(
    case: KycCase | None, agent: Agent, kind: str, *, number: str, last_four: str
) -> DocumentNumber:
    return parse_pan(agent, number) if kind == Kind.PAN else _parse_aadhaar(case, kind, last_four)


def _store_document(
    case: KycCase,
    kind: str,
    card: card_reader.ReadCard,
    known: DocumentNumber,
    *,
    by: User,
    at: datetime,
) -> KycDocument:
    document = KycDocument(case=case, kind=kind, extracted=card.extracted, **known.as_fields())
    if card.masked:
        document.file = storage.store_bytes(
            card.picture,
            name=f"{document.slug}.jpg",
            content_type="image/jpeg",
            purpose="identity-document",
        )
    replace_document(document, by=by, at=at, masked=card.masked)
    if not card.masked:
        held_pictures.hold_picture(document=document, picture=card.picture, at=at)
    return document


def replace_document(document: KycDocument, *, by: User, at: datetime, **details: object) -> None:
    """Save a new document of a locked case and retire the current one of its kind."""
    case, kind = document.case, document.kind
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


def _parse_aadhaar(case: KycCase | None, kind: str, last_four: str) -> DocumentNumber:
    sides = (Kind.AADHAAR_FRONT, Kind.AADHAAR_BACK)
    there = KycDocument.objects.current().filter(case=case, kind__in=sides)
    other = there.exclude(kind=kind).first() if case else None
    if kind == Kind.AADHAAR_BACK and other and other.is_signed:
        raise BackNotNeeded
    digits = last_four.strip() or (other.last_four if other else "")
    if not FOUR_DIGITS.fullmatch(digits):
        raise LastFourNeeded
    if kind == Kind.AADHAAR_BACK and other and other.last_four != digits:
        raise LastFourDiffers
    return DocumentNumber(last_four=digits)


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


def _notify_received(case: KycCase, agent: Agent, at: datetime) -> None:
    """Send "documents received", delayed where the checks may approve within seconds."""
    expected = waiting_times.expected_wait_text(case, at)
    send_at = at + NOTIFY_DELAY if checks.is_auto_approvable(case) else at
    notifications.notify(agent, template=RECEIVED, at=send_at, expected=expected)


def _refuse_two_aadhaars(documents: Mapping[str, KycDocument]) -> None:
    back = documents.get(Kind.AADHAAR_BACK)
    if back and back.last_four != documents[Kind.AADHAAR_FRONT].last_four:
        raise LastFourDiffers("The last 4 digits don't match on the two sides of your Aadhaar.")
