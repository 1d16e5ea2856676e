"""Document reviews: photos pending redaction, the document access log, overdue alerts."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.fields import EncryptedTextField
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.models import StoredFile
from onboarding.models.documents import KycCase, KycDocument


class HeldState(models.TextChoices):
    """States of a photo pending redaction."""

    HELD = "HELD", "To mask"
    READING = "READING", "Result being read"
    RESULT = "RESULT", "Result to confirm"
    SECOND_LOOK = "SECOND_LOOK", "Needs a second look"
    ENDED = "ENDED", "Ended"


_machine = StateMachine(
    start=HeldState.HELD,
    edges={
        HeldState.HELD: [HeldState.READING, HeldState.ENDED],
        HeldState.READING: [HeldState.RESULT, HeldState.HELD, HeldState.ENDED],
        HeldState.RESULT: [HeldState.HELD, HeldState.SECOND_LOOK, HeldState.ENDED],
        HeldState.SECOND_LOOK: [HeldState.HELD, HeldState.ENDED],
    },
)


#: Photos that are not decided come first in lists; the index `held_waiting_first` has the same.
WAITING_FIRST = F("ended_at").asc(nulls_first=True)


class HeldQuerySet(LeasedQuerySet["KycHeldPicture"]):
    """Filters for photos pending redaction, and the queue of results that a worker reads."""

    def unfinished(self) -> "HeldQuerySet":
        """A worker has to read the result."""
        return self.filter(state=HeldState.READING)

    def occupying(self, now: datetime) -> "HeldQuerySet":
        """A worker is reading the result, also where the photo was replaced meanwhile.

        A result that waits, for instance for the file store, has not been tried.
        """
        return self.filter(next_try_at__gt=now, tries__gt=0)

    def held_by(self, taken: "KycHeldPicture") -> "HeldQuerySet":
        """The row while this worker holds it, with the proposal that the worker took."""
        return super().held_by(taken).filter(proposed_at=taken.proposed_at)

    def waiting(self) -> "HeldQuerySet":
        """Not decided: the original still exists."""
        return self.filter(ended_at__isnull=True)

    def expired(self, now: datetime) -> "HeldQuerySet":
        """The original has reached its maximum age."""
        return self.waiting().filter(held_at__lte=now - KycHeldPicture.KEPT)

    def waiting_first(self) -> "HeldQuerySet":
        """Photos to decide first, the oldest on top."""
        return self.order_by(WAITING_FIRST, "held_at", "id")

    def with_agent(self) -> "HeldQuerySet":
        """Joined with document, case, agent, user, files and reviewers."""
        return self.select_related(
            "document__case__agent__user", "file", "result", "by__agent", "result_by__agent"
        )


class KycHeldPicture(BaseModel):
    """The unmasked original of a photo, until a reviewer decides, it is replaced or expires.

    What a reviewer proposes is read in the background. The result is stored beside the original
    until it is confirmed.
    """

    State = HeldState

    class End(models.TextChoices):
        MASKED = "MASKED", "Masked by hand"
        NO_NUMBER = "NO_NUMBER", "No number found"
        ASKED_AGAIN = "ASKED_AGAIN", "New photo requested"
        REPLACED = "REPLACED", "Replaced by the agent"
        OUT_OF_TIME = "OUT_OF_TIME", "Timed out"

    #: An hour less than the promised day, because a sweep deletes originals every few minutes.
    KEPT: ClassVar = timedelta(hours=23)
    #: Boxes that a reviewer draws on one photo at most.
    MAX_BOXES: ClassVar = 12
    #: After so many readers that were killed the proposal is refused.
    MOST_TRIES: ClassVar = 3

    document = models.OneToOneField(KycDocument, related_name="held", on_delete=models.CASCADE)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=End.choices, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    #: OCR read a number on the original. Without that a second person has to confirm the result.
    shows_number = models.BooleanField(default=False)

    state = models.CharField(max_length=12, choices=HeldState.choices, default=HeldState.HELD)
    #: What the reviewer `result_by` proposed last: boxes (left, top, width, height as fractions),
    #: or none, because there is no number.
    boxes = models.JSONField(default=list, blank=True)
    proposed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    #: When the proposal is due to be read; while it is being read, the end of the worker's lease.
    next_try_at = models.DateTimeField(null=True)
    refusal_code = models.CharField(
        max_length=40, blank=True, help_text="Why nothing came of the last proposal."
    )
    refusal_message = models.CharField(max_length=300, blank=True)
    #: The photo as it would be kept, while it waits to be confirmed.
    result = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    result_end = models.CharField(max_length=12, choices=End.choices, blank=True)
    result_extracted = EncryptedTextField()
    result_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    #: A second person has to confirm the result.
    needs_second_look = models.BooleanField(default=True)

    machine = _machine
    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = "photo to mask"
        verbose_name_plural = "photos to mask"
        indexes = [
            models.Index(name="held_waiting", fields=["held_at"], condition=Q(ended_at=None)),
            models.Index(WAITING_FIRST, "held_at", "id", name="held_waiting_first"),
            models.Index(
                name="held_queue", fields=["next_try_at"], condition=Q(next_try_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="held_until_ended",
                condition=Q(ended_at=None, end="", file__isnull=False)
                | (Q(ended_at__gte=F("held_at"), file=None) & ~Q(end="")),
            ),
            models.CheckConstraint(
                name="held_state_agrees_with_its_end",
                condition=(Q(ended_at=None) & ~Q(state="ENDED"))
                | Q(ended_at__isnull=False, state="ENDED"),
            ),
            models.CheckConstraint(
                name="held_result_while_it_waits",
                condition=Q(result=None, state__in=["HELD", "READING", "ENDED"])
                | Q(
                    result__isnull=False,
                    result_by__isnull=False,
                    state__in=["RESULT", "SECOND_LOOK"],
                ),
            ),
            models.CheckConstraint(
                name="held_proposal_is_due",
                condition=~Q(state="READING")
                | Q(
                    next_try_at__isnull=False,
                    proposed_at__isnull=False,
                    result_by__isnull=False,
                ),
            ),
        ]
        triggers = _machine.triggers()

    def __str__(self) -> str:
        return f"{self.document.get_kind_display()} of {self.document.case.agent.name}"

    @property
    def is_being_read(self) -> bool:
        """Whether a worker reads the result of a proposal, or will."""
        return self.state == HeldState.READING


class KycHeldPictureEvent(StateEvent):
    """One state change of a photo pending redaction."""

    subject = models.ForeignKey(KycHeldPicture, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class Purpose(models.TextChoices):
    """Why staff view a document. Recorded in the audit log with each access."""

    REVIEW = "REVIEW", "To review the documents"
    APPEAL = "APPEAL", "The agent appealed a decision"
    SUPPORT = "SUPPORT", "To help the agent (support)"
    AUDIT = "AUDIT", "Audit or quality check"


class KycLook(BaseModel):
    """The purpose that a colleague last stated for viewing a case; valid for 30 minutes.

    Whoever has claimed the case needs no statement.
    """

    LASTS: ClassVar = timedelta(minutes=30)
    #: Purposes that can be stated. REVIEW is implied by a claim.
    STATED_PURPOSES: ClassVar = [
        choice for choice in Purpose.choices if choice[0] != Purpose.REVIEW
    ]

    case = models.ForeignKey(KycCase, related_name="looks", on_delete=models.CASCADE)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kyc_looks"
    )
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_look_a_colleague", fields=["case", "by"]),
            models.CheckConstraint(name="look_is_no_review", condition=~Q(purpose="REVIEW")),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_purpose_display()}"


class ReferralQuerySet(models.QuerySet["KycReferral"]):
    """Filters for referrals."""

    def open(self) -> "ReferralQuerySet":
        """Neither decided nor returned."""
        return self.filter(ended_at__isnull=True)

    def to_seniors(self) -> "ReferralQuerySet":
        """Open, and only for senior reviewers."""
        return self.open().filter(kind__in=KycReferral.TO_SENIORS)


class KycReferral(BaseModel):
    """A case that a reviewer passed on: to a senior, for a second opinion, or as suspected fraud.

    For staff only: the agent sees a case under review. It ends with the decision, or when it is
    returned to the queue.
    """

    class Kind(models.TextChoices):
        SENIOR = "SENIOR", "Escalated to a senior reviewer"
        SECOND_OPINION = "SECOND_OPINION", "Second opinion"
        FRAUD = "FRAUD", "Suspected fraud"

    TO_SENIORS: ClassVar = [Kind.SENIOR, Kind.FRAUD]

    case = models.ForeignKey(KycCase, related_name="referrals", on_delete=models.CASCADE)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    note = models.TextField(help_text="For colleagues. The agent never sees it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kyc_referrals"
    )
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_referral", fields=["case"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="ended_referral_has_an_end",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_kind_display()}"


#: Approvals to look at come first in lists; the index `sample_undecided_first` has the same.
UNDECIDED_FIRST = models.Case(
    models.When(outcome="", then=0), default=1, output_field=models.IntegerField()
)


class SampleQuerySet(models.QuerySet["KycSample"]):
    """Filter and order of the sample."""

    def waiting(self) -> "SampleQuerySet":
        """Not looked at yet."""
        return self.filter(outcome="")

    def undecided_first(self) -> "SampleQuerySet":
        """Waiting ones first, the oldest on top."""
        return self.order_by(UNDECIDED_FIRST, "approved_at", "id")


class KycSample(BaseModel):
    """An automatic approval that was drawn for a reviewer to look at afterwards."""

    class Outcome(models.TextChoices):
        RIGHT = "RIGHT", "Right"
        WRONG = "WRONG", "Wrong"

    case = models.ForeignKey(KycCase, related_name="samples", on_delete=models.CASCADE)
    approved_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    looked_at = models.DateTimeField(null=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = "automatic approval to look at"
        verbose_name_plural = "automatic approvals to look at"
        indexes = [
            models.Index(name="sample_waiting", fields=["approved_at"], condition=Q(outcome="")),
            models.Index(UNDECIDED_FIRST, "approved_at", "id", name="sample_undecided_first"),
            models.Index(name="sample_wrong", fields=["looked_at"], condition=Q(outcome="WRONG")),
        ]
        constraints = [
            models.UniqueConstraint(name="one_sample_an_approval", fields=["case", "approved_at"]),
            models.CheckConstraint(
                name="sample_outcome_has_a_person",
                condition=Q(outcome="", by=None, looked_at=None)
                | (~Q(outcome="") & Q(by__isnull=False, looked_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)


class ReviewAlarm(BaseModel):
    """That operations were alerted about overdue reviews on one Indian day."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return f"Overdue on {self.day}"
