"""Submitted work with deliverables and reviews."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from gigs.models.clients import Member
from gigs.models.milestones import Milestone
from gigs.models.opportunities import Gig
from gigs.models.terms import PayKind
from gigs.models.triggers import agreement, immutable_columns, never_deleted
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.models import StoredFile

#: Work that the client does not decide on within this time is approved.
AUTO_APPROVAL_AFTER = timedelta(days=7)

#: Changes that the agent does not send within this time are not waited for.
REWORK_WITHIN = timedelta(days=7)

#: Files that no worker has taken so long after they were due are shown to staff.
CHECKED_WITHIN = timedelta(minutes=15)


class WorkState(models.TextChoices):
    """States of submitted work."""

    PENDING = "PENDING", "Submitted"
    UNDER_REVIEW = "UNDER_REVIEW", "Under review"
    APPROVED = "APPROVED", "Approved"
    REJECTED = "REJECTED", "Rejected"
    REWORK_NEEDED = "REWORK_NEEDED", "Changes requested"
    REWORK_SUBMITTED = "REWORK_SUBMITTED", "Resubmitted"


_machine = StateMachine(
    start=WorkState.PENDING,
    edges={
        WorkState.PENDING: [WorkState.UNDER_REVIEW],
        WorkState.REWORK_SUBMITTED: [WorkState.UNDER_REVIEW],
        WorkState.UNDER_REVIEW: [
            WorkState.APPROVED,
            WorkState.REJECTED,
            WorkState.REWORK_NEEDED,
        ],
        # To UNDER_REVIEW when the changes do not come in time.
        WorkState.REWORK_NEEDED: [WorkState.REWORK_SUBMITTED, WorkState.UNDER_REVIEW],
        # By the resolution of a dispute.
        WorkState.REJECTED: [WorkState.UNDER_REVIEW],
    },
)
WITH_CLIENT = (WorkState.PENDING, WorkState.UNDER_REVIEW, WorkState.REWORK_SUBMITTED)
UNSETTLED = (*WITH_CLIENT, WorkState.REWORK_NEEDED)


class WorkQuerySet(models.QuerySet["Work"]):
    """Filters by state."""

    def with_client(self) -> WorkQuerySet:
        """Work that waits for the client."""
        return self.filter(state__in=WITH_CLIENT)

    def unsettled(self) -> WorkQuerySet:
        return self.filter(state__in=UNSETTLED)

    def with_overdue_rework(self, now: datetime) -> WorkQuerySet:
        """Work whose requested changes did not come within `REWORK_WITHIN`."""
        asked = WorkReview.objects.filter(
            work=OuterRef("pk"), round=OuterRef("round"), at__lte=now - REWORK_WITHIN
        )
        return self.filter(Exists(asked), state=WorkState.REWORK_NEEDED)

    def due_for_auto_approval(self, now: datetime) -> WorkQuerySet:
        """Work that the client could open but has not decided on for `AUTO_APPROVAL_AFTER`."""
        return self.with_client().filter(reviewable_at__lte=now - AUTO_APPROVAL_AFTER)


class Work(BaseModel):
    """Work submitted for approval and payment."""

    State = WorkState

    gig = models.ForeignKey(Gig, related_name="works", on_delete=models.PROTECT)
    # A copy of the gig's value, for the constraint that a fixed price is earned once.
    pay_kind = models.CharField(max_length=10, choices=PayKind.choices)
    #: The part of a fixed price that it is for; None for a price without milestones.
    milestone = models.ForeignKey(
        Milestone, null=True, blank=True, related_name="works", on_delete=models.PROTECT
    )
    summary = models.TextField()
    round = models.PositiveSmallIntegerField(default=1)
    submitted_at = models.DateTimeField()
    #: When the client could open every file of this submission; None while one is unchecked.
    reviewable_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    #: Time of rejected hourly work, which the agent can submit again.
    returned_time = models.DurationField(default=timedelta(0), editable=False)
    state = models.CharField(max_length=20, choices=WorkState.choices, default=WorkState.PENDING)
    machine = _machine
    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = "work"
        verbose_name_plural = "work"
        triggers = [
            *_machine.triggers(),
            immutable_columns("gig", "pay_kind", "milestone"),
            agreement(
                "pay_of_its_gig",
                query="SELECT FROM gigs_gig WHERE id = NEW.gig_id AND pay_kind = NEW.pay_kind",
            ),
            agreement(
                "milestone_of_its_terms",
                query=(
                    "SELECT FROM gigs_gig AS gig LEFT JOIN gigs_milestone AS milestone"
                    " ON milestone.opportunity_id = gig.opportunity_id WHERE gig.id = NEW.gig_id"
                    " AND milestone.id IS NOT DISTINCT FROM NEW.milestone_id"
                ),
            ),
            never_deleted(),
        ]
        indexes = [
            models.Index(name="work_waiting", fields=["state", "reviewable_at"]),
            models.Index(name="work_newest", fields=["-submitted_at", "-id"]),
            models.Index(name="work_by_state", fields=["state", "-submitted_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="a_fixed_price_is_earned_once",
                fields=["gig"],
                condition=Q(pay_kind="FIXED", milestone=None) & ~Q(state="REJECTED"),
            ),
            models.UniqueConstraint(
                name="a_milestone_is_earned_once",
                fields=["gig", "milestone"],
                condition=Q(milestone__isnull=False) & ~Q(state="REJECTED"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gig}: {self.summary[:40]}"

    @property
    def price_paise(self) -> int:
        """The fixed price that it is for, or its part."""
        return self.milestone.amount_paise if self.milestone else self.gig.rate_paise

    @property
    def auto_approved_at(self) -> datetime | None:
        """None while nobody can open one of its files."""
        return self.reviewable_at + AUTO_APPROVAL_AFTER if self.reviewable_at else None

    @property
    def is_with_client(self) -> bool:
        return self.state in WITH_CLIENT

    @property
    def is_unopened(self) -> bool:
        return self.machine.allows(self.state, self.State.UNDER_REVIEW)

    @property
    def needs_rework(self) -> bool:
        return self.state == self.State.REWORK_NEEDED

    @property
    def rework_until(self) -> datetime | None:
        """When requested changes are not waited for any more."""
        last = self.reviews.order_by("round").last() if self.needs_rework else None
        return last.at + REWORK_WITHIN if last else None

    def add_version(self, by: User | None) -> WorkVersion:
        """Keep what was submitted now as a version of its own."""
        return self.versions.create(
            round=self.round, summary=self.summary, submitted_at=self.submitted_at, by=by
        )

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED


class WorkEvent(StateEvent):
    """One change of a work's state."""

    subject = models.ForeignKey(Work, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class DeliverableQuerySet(LeasedQuerySet["Deliverable"]):
    """Queries of deliverables, which are jobs until their pages were read."""

    def unfinished(self) -> Self:
        """Files with pages that have not been read."""
        return self.filter(next_try_at__isnull=False)

    def occupying(self, now: datetime) -> Self:
        """Files with a page that a worker is reading."""
        return self.filter(taken_at__isnull=False, next_try_at__gt=now)

    def unchecked(self) -> Self:
        """Files that nobody can open."""
        return self.filter(Q(next_try_at__isnull=False) | Q(failed_at__isnull=False))

    def overdue(self, now: datetime) -> Self:
        """Files of work with its client that were given up, or that no worker has taken."""
        is_late = Q(next_try_at__lte=now - CHECKED_WITHIN)
        return self.filter(
            Q(failed_at__isnull=False) | is_late,
            round=F("work__round"),
            work__state__in=WITH_CLIENT,
        )


class Deliverable(BaseModel):
    """A link or a file of one submission.

    A picture or PDF is shown to nobody until it was searched for Aadhaar numbers.
    """

    work = models.ForeignKey(Work, related_name="deliverables", on_delete=models.CASCADE)
    round = models.PositiveSmallIntegerField()
    url = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    #: None when there are no pages to read, or they were read, or given up.
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: While a worker reads a page.
    taken_at = models.DateTimeField(null=True, blank=True, editable=False)
    pages_checked = models.PositiveSmallIntegerField(default=0, editable=False)
    #: When a page could not be read in several attempts.
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeliverableQuerySet.as_manager()

    class Check(models.TextChoices):
        """How far the search for Aadhaar numbers has come."""

        DONE = "DONE", "Checked"
        UNDER_WAY = "UNDER_WAY", "Being checked"
        FAILED = "FAILED", "Could not be checked"

    class Meta:
        indexes = [
            models.Index(
                name="deliverable_unchecked",
                fields=["-created_at", "-id"],
                condition=Q(next_try_at__isnull=False) | Q(failed_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="deliverable_is_link_or_file",
                condition=Q(url="", file__isnull=False) | (~Q(url="") & Q(file__isnull=True)),
            ),
            models.CheckConstraint(
                name="failed_deliverable_is_not_due",
                condition=Q(failed_at=None) | Q(next_try_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.file.name if self.file else self.url

    @property
    def content_key(self) -> str:
        """What tells its content apart from that of others."""
        return self.file.sha256 if self.file else self.url

    @property
    def is_checked(self) -> bool:
        """Whether the file may be shown."""
        return self.check_state == self.Check.DONE

    @property
    def check_state(self) -> Deliverable.Check:
        """How far the check of the file has come; a link needs none."""
        if self.failed_at:
            return self.Check.FAILED
        return self.Check.UNDER_WAY if self.next_try_at else self.Check.DONE


class WorkReview(BaseModel):
    """The client's decision about one submission, with a comment."""

    class Verdict(models.TextChoices):
        """The decision."""

        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Rejected"
        REWORK = "REWORK", "Changes requested"

    work = models.ForeignKey(Work, related_name="reviews", on_delete=models.CASCADE)
    round = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    # None if the work was approved automatically.
    member = models.ForeignKey(
        Member, null=True, blank=True, related_name="reviews", on_delete=models.PROTECT
    )
    at = models.DateTimeField()

    class Meta:
        triggers = [
            # The comment is blanked when the agent's account is erased.
            immutable_columns("work", "round", "verdict", "member", "at"),
            agreement(
                "not_own_work",
                when="NEW.member_id IS NOT NULL",
                query=(
                    "SELECT FROM gigs_work AS work JOIN gigs_gig AS gig ON gig.id = work.gig_id"
                    " JOIN accounts_agent AS agent ON agent.id = gig.agent_id"
                    " JOIN gigs_member AS member ON member.id = NEW.member_id"
                    " WHERE work.id = NEW.work_id AND agent.user_id <> member.user_id"
                    " AND gig.client_id = member.client_id"
                ),
            ),
            never_deleted(),
        ]
        constraints = [
            models.UniqueConstraint(name="one_verdict_a_round", fields=["work", "round"])
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.comment[:40]}"


class WorkVersion(BaseModel):
    """One submission of a work as it was: what the agent wrote, when, and who sent it.

    Its links and files, and the client's answer, are those of the same round.
    """

    work = models.ForeignKey(Work, related_name="versions", on_delete=models.PROTECT)
    round = models.PositiveSmallIntegerField()
    summary = models.TextField()
    submitted_at = models.DateTimeField()
    #: None for hours that were submitted by themselves.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        triggers = [
            # The summary is blanked when the agent's account is erased.
            immutable_columns("work", "round", "submitted_at", "by"),
            never_deleted(),
        ]
        constraints = [
            models.UniqueConstraint(name="one_version_a_round", fields=["work", "round"])
        ]

    def __str__(self) -> str:
        return f"Version {self.round}: {self.summary[:40]}"
