"""Identity documents (KYC): the case, its documents, requests to upload again, checks."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.fields import EncryptedTextField
from hitouch.core.masking import last_four
from hitouch.core.models import StoredFile


class AskReason(models.TextChoices):
    """Why a document is requested again, with labels for the agent."""

    UNREADABLE = "UNREADABLE", "It is not readable"
    CUT_OFF = "CUT_OFF", "Part of it is cut off"
    WRONG_DOCUMENT = "WRONG_DOCUMENT", "It is a different document"
    WRONG_SIDE = "WRONG_SIDE", "It is the other side of the card"
    NAME_DIFFERS = "NAME_DIFFERS", "The name doesn't match your profile"
    BIRTH_DATE_DIFFERS = "BIRTH_DATE_DIFFERS", "The date of birth doesn't match your profile"
    NUMBER_DIFFERS = "NUMBER_DIFFERS", "The number doesn't match the one you entered"
    NOT_MASKED = "NOT_MASKED", "The Aadhaar number is not masked"
    NOT_GENUINE = "NOT_GENUINE", "We could not accept it as genuine"


_Reason = AskReason
WHAT_TO_DO: dict[str, str] = {
    _Reason.UNREADABLE: "Take it again in daylight, straight from above, without glare.",
    _Reason.CUT_OFF: "Take it again with all four corners of the card in the photo.",
    _Reason.WRONG_DOCUMENT: "Upload a photo of the document named above.",
    _Reason.WRONG_SIDE: "Turn the card over and take a photo of the side named above.",
    _Reason.NAME_DIFFERS: "Correct your name in your profile to match the card, or upload "
    "another card.",
    _Reason.BIRTH_DATE_DIFFERS: "Correct the date of birth in your profile, or upload "
    "another card.",
    _Reason.NUMBER_DIFFERS: "Upload it again and enter the number exactly as on the card.",
    _Reason.NOT_MASKED: "Download your masked Aadhaar from myaadhaar.uidai.gov.in and upload it.",
    _Reason.NOT_GENUINE: "Upload a photo of the original card, not of a copy or a screen.",
}


class CaseState(models.TextChoices):
    """States of a case."""

    PENDING = "PENDING", "Not started"
    PARTIAL = "PARTIAL", "Not submitted"
    IN_REVIEW = "IN_REVIEW", "Under review"
    APPROVED = "APPROVED", "Approved"
    REJECTED = "REJECTED", "Sent back"
    EXPIRED = "EXPIRED", "Expired"


_machine = StateMachine(
    start=CaseState.PENDING,
    edges={
        CaseState.PENDING: [CaseState.PARTIAL],
        CaseState.PARTIAL: [CaseState.IN_REVIEW],
        CaseState.IN_REVIEW: [CaseState.APPROVED, CaseState.REJECTED],
        CaseState.REJECTED: [CaseState.PARTIAL, CaseState.IN_REVIEW],
        CaseState.APPROVED: [CaseState.EXPIRED],
        CaseState.EXPIRED: [CaseState.PARTIAL],
    },
)


#: Cases to decide come first in lists. The index `kyc_waiting_first` has this very expression.
WAITING_FIRST = models.Case(
    models.When(state=CaseState.IN_REVIEW, then=0), default=1, output_field=models.IntegerField()
)


class CaseQuerySet(models.QuerySet["KycCase"]):
    """Filters and order of the review queue."""

    def waiting(self) -> "CaseQuerySet":
        """Submitted and not decided."""
        return self.filter(state=CaseState.IN_REVIEW)

    def overdue(self, now: datetime) -> "CaseQuerySet":
        """Waiting for longer than `HITOUCH_REVIEW_HOURS`."""
        since = now - timedelta(hours=settings.HITOUCH_REVIEW_HOURS)
        return self.waiting().filter(queued_at__lte=since)

    def waiting_first(self) -> "CaseQuerySet":
        """Cases to decide first, the longest waiting on top."""
        return self.order_by(WAITING_FIRST, "queued_at", "id")

    def oldest_first(self) -> "CaseQuerySet":
        """In queue order: the longest waiting first."""
        return self.order_by(F("queued_at").asc(nulls_last=True), "id")

    def with_agent(self) -> "CaseQuerySet":
        """Joined with agent, user and reviewer."""
        return self.select_related("agent__user", "reviewer")


class KycCase(BaseModel):
    """The review of one agent's identity documents."""

    State = CaseState

    class Reason(models.TextChoices):
        UNREADABLE = "UNREADABLE", "A photo is not readable"
        WRONG_DOCUMENT = "WRONG_DOCUMENT", "A photo shows a different document"
        NAME_MISMATCH = "NAME_MISMATCH", "The name doesn't match your profile"
        BIRTH_DATE_MISMATCH = "BIRTH_DATE_MISMATCH", "The date of birth doesn't match your profile"
        NOT_MASKED = "NOT_MASKED", "The Aadhaar number is not masked"
        NUMBER_MISMATCH = "NUMBER_MISMATCH", "The number you entered doesn't match the photo"
        NOT_GENUINE = "NOT_GENUINE", "A document could not be accepted as genuine"
        SOME_AGAIN = "SOME_AGAIN", "Some photos are needed again"

    #: Reasons to reject all documents. Single documents are requested again with `KycAsk`.
    REJECTION_REASONS: ClassVar = [choice for choice in Reason.choices if choice[0] != "SOME_AGAIN"]
    #: After this time without a decision another reviewer can claim the case.
    CLAIM_LASTS: ClassVar = timedelta(minutes=30)
    #: States in which the agent may upload or replace documents.
    OPEN = (State.PENDING, State.PARTIAL, State.REJECTED, State.EXPIRED)
    #: States into which staff send a case back; after that it is never approved automatically.
    SENT_BACK = (State.REJECTED, State.EXPIRED)
    #: States in which name and date of birth of the agent may not change.
    LOCKING = (State.IN_REVIEW, State.APPROVED)

    agent = models.OneToOneField(Agent, related_name="kyc_case", on_delete=models.CASCADE)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    submitted_at = models.DateTimeField(null=True)
    #: Position in the queue: `submitted_at`, less the time waited before it was sent back.
    queued_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="kyc_cases"
    )
    claimed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    note = models.TextField(blank=True)

    machine = _machine
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "document review"
        verbose_name_plural = "document reviews"
        indexes = [
            models.Index(name="kyc_waiting", fields=["queued_at"], condition=Q(state="IN_REVIEW")),
            models.Index(WAITING_FIRST, "queued_at", "id", name="kyc_waiting_first"),
            models.Index(name="kyc_by_state", fields=["state", "queued_at", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="kyc_rejection_has_reason", condition=~Q(state="REJECTED") | ~Q(reason="")
            )
        ]
        triggers = _machine.triggers()

    def __str__(self) -> str:
        return f"Documents of {self.agent.name}"

    @property
    def is_open(self) -> bool:
        """Whether the agent may change documents."""
        return self.state in self.OPEN

    @property
    def can_be_decided(self) -> bool:
        """Whether the case waits for a decision."""
        return self.state == self.State.IN_REVIEW

    def is_taken_by(self, person: object, now: datetime) -> bool:
        """Whether this person has a claim that has not expired."""
        taken = self.can_be_decided and self.reviewer_id == getattr(person, "pk", None)
        return taken and self.claimed_at is not None and now - self.claimed_at < self.CLAIM_LASTS

    def is_taken(self, now: datetime) -> bool:
        """Whether anybody has a claim that has not expired."""
        return self.reviewer is not None and self.is_taken_by(self.reviewer, now)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the case waits for longer than `HITOUCH_REVIEW_HOURS`."""
        waited = now - self.queued_at if self.can_be_decided and self.queued_at else timedelta()
        return waited >= timedelta(hours=settings.HITOUCH_REVIEW_HOURS)

    @property
    def can_expire(self) -> bool:
        """Whether new documents can be requested for an approved case."""
        return self.machine.allows(self.state, self.State.EXPIRED)


class KycCaseEvent(StateEvent):
    """One state change of a case."""

    subject = models.ForeignKey(KycCase, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class DocumentQuerySet(models.QuerySet["KycDocument"]):
    """Filter for the current documents."""

    def current(self) -> "DocumentQuerySet":
        """The documents that have not been replaced: at most one per kind and case."""
        return self.filter(replaced_at__isnull=True)


class KycDocument(BaseModel):
    """A photo of an identity document, or data that its issuer signed.

    Of an Aadhaar number only the last four digits are stored.
    """

    class Kind(models.TextChoices):
        AADHAAR_FRONT = "AADHAAR_FRONT", "Aadhaar, front"
        AADHAAR_BACK = "AADHAAR_BACK", "Aadhaar, back"
        PAN = "PAN", "PAN card"

    class Source(models.TextChoices):
        UPLOAD = "UPLOAD", "Photo"
        DIGILOCKER = "DIGILOCKER", "DigiLocker"
        OFFLINE_XML = "OFFLINE_XML", "Aadhaar offline e-KYC"

    #: Sources of documents whose issuer's signature was verified.
    SIGNED = (Source.DIGILOCKER, Source.OFFLINE_XML)

    case = models.ForeignKey(KycCase, related_name="documents", on_delete=models.CASCADE)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.UPLOAD)
    #: The masked photo, or the portrait of a signed document. Null while the photo is pending
    #: redaction, for signed documents without a portrait, and after the account was closed.
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    last_four = models.CharField(max_length=4)
    number = EncryptedTextField()
    extracted = EncryptedTextField(help_text="What was read on it, as JSON; no long number.")
    number_index = models.CharField(max_length=64, blank=True)
    person_index = models.CharField(max_length=64, blank=True, db_index=True)
    surname_letter_fits = models.BooleanField(null=True)
    #: The picture of an Aadhaar's front shows its back too.
    both_sides = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_current_document_a_kind",
                fields=["case", "kind"],
                condition=Q(replaced_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="pan_once_among_approved",
                fields=["number_index"],
                condition=Q(approved_at__isnull=False) & ~Q(number_index=""),
            ),
            models.CheckConstraint(
                name="only_pan_has_a_number", condition=Q(kind="PAN") | Q(number_index="")
            ),
            models.CheckConstraint(
                name="a_back_is_a_picture",
                condition=~Q(kind="AADHAAR_BACK") | Q(source="UPLOAD"),
            ),
            models.CheckConstraint(
                name="picture_of_both_sides_is_a_front",
                condition=Q(both_sides=False) | Q(kind="AADHAAR_FRONT", source="UPLOAD"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def masked(self) -> str:
        """The masked number for display."""
        return last_four(self.last_four)

    @property
    def is_signed(self) -> bool:
        """Whether it is data signed by its issuer, not a photo."""
        return self.source in self.SIGNED

    @property
    def has_back(self) -> bool:
        """Whether it is a whole Aadhaar: signed data, or a picture of both sides."""
        return self.kind == self.Kind.AADHAAR_FRONT and (self.is_signed or self.both_sides)

    @property
    def title(self) -> str:
        """The kind as text. A signed Aadhaar has no sides."""
        if self.is_signed and self.kind == self.Kind.AADHAAR_FRONT:
            return "Aadhaar"
        return self.title_of(self.kind, is_whole=self.both_sides)

    @classmethod
    def title_of(cls, kind: str, *, is_whole: bool) -> str:
        """A photo's kind as text, also for one of both sides."""
        return "Aadhaar, both sides" if is_whole else cls.Kind(kind).label

    @property
    def facts(self) -> dict[str, Any]:
        """The fields that were read by OCR or signed by the issuer."""
        return dict(json.loads(self.extracted)) if self.extracted else {}

    @property
    def born(self) -> date | None:
        """The birth date on the document."""
        birth_on = self.facts.get("birth_on")
        return date.fromisoformat(birth_on) if birth_on else None

    @property
    def is_held(self) -> bool:
        """Whether the photo is pending redaction by a reviewer."""
        held = getattr(self, "held", None)
        return held is not None and held.ended_at is None

    @property
    def is_picture_missing(self) -> bool:
        """Whether it has no photo any more, and none is pending redaction either."""
        return self.file_id is None and not self.is_signed and not self.is_held

    @property
    def slug(self) -> str:
        """The kind as used in URLs."""
        return self.kind.lower().replace("_", "-")


def still_needed(current: Iterable[KycDocument]) -> list[KycDocument.Kind]:
    """The missing kinds. An Aadhaar that is signed or shows both sides needs no other back."""
    there = {row.kind: row for row in current}
    front = there.get(KycDocument.Kind.AADHAAR_FRONT)
    needed = [
        kind
        for kind in KycDocument.Kind
        if not (kind == KycDocument.Kind.AADHAAR_BACK and front and front.has_back)
    ]
    return [kind for kind in needed if kind not in there]


class AskQuerySet(models.QuerySet["KycAsk"]):
    """Filter for open requests."""

    def open(self) -> "AskQuerySet":
        """Not answered by a submission."""
        return self.filter(answered_at__isnull=True)


class KycAsk(BaseModel):
    """A request to upload one document again. While one is open, other documents are fixed."""

    Reason = AskReason
    #: Reasons that can also be resolved by correcting the profile.
    BY_PROFILE = (AskReason.NAME_DIFFERS, AskReason.BIRTH_DATE_DIFFERS)
    #: Reasons about the quality of the photo only. They do not count as a rejection.
    ABOUT_PICTURE = (
        AskReason.UNREADABLE, AskReason.CUT_OFF, AskReason.WRONG_DOCUMENT, AskReason.WRONG_SIDE,
        AskReason.NOT_MASKED,
    )  # fmt: skip

    case = models.ForeignKey(KycCase, related_name="asks", on_delete=models.CASCADE)
    document = models.ForeignKey(KycDocument, related_name="asks", on_delete=models.CASCADE)
    reason = models.CharField(max_length=20, choices=AskReason.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_ask_a_document",
                fields=["document"],
                condition=Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document.get_kind_display()}: {self.get_reason_display()}"

    @property
    def what_to_do(self) -> str:
        """Instruction for the agent."""
        return WHAT_TO_DO[self.reason]

    @property
    def is_replaced(self) -> bool:
        """Whether a new document has been uploaded."""
        return self.document.replaced_at is not None

    @property
    def can_be_sent(self) -> bool:
        """Whether the request no longer prevents a submission."""
        return self.is_replaced or self.reason in self.BY_PROFILE


class KycCheck(BaseModel):
    """The result of one automatic check, a hint for the reviewer.

    Checks decide only when all of them pass for signed documents.
    """

    class Kind(models.TextChoices):
        NAME = "NAME", "Name and profile"
        NAMES = "NAMES", "Names on both cards"
        BIRTH_DATE = "BIRTH_DATE", "Date of birth"
        PIN = "PIN", "PIN code"
        PAN_SURNAME = "PAN_SURNAME", "Surname letter in PAN"
        PAN_ELSEWHERE = "PAN_ELSEWHERE", "PAN on other accounts"
        PERSON_ELSEWHERE = "PERSON_ELSEWHERE", "Person on other accounts"
        FACE = "FACE", "Face and profile photo"
        SOURCE = "SOURCE", "Issuer's signature"
        PAN_ACTIVE = "PAN_ACTIVE", "PAN status"
        PHONE = "PHONE", "Aadhaar phone"

    class Verdict(models.TextChoices):
        PASS = "PASS", "Match"
        LOOK = "LOOK", "Check"
        FAIL = "FAIL", "Mismatch"

    case = models.ForeignKey(KycCase, related_name="checks", on_delete=models.CASCADE)
    document = models.ForeignKey(
        KycDocument, null=True, related_name="checks", on_delete=models.CASCADE
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    similarity = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=200)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="kyc_check_once",
                fields=["case", "document", "kind"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_verdict_display()}"
