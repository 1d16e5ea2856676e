"""Disputes between an agent and a client: messages, sealed bids, evidence and resolutions."""

from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from gigs.models.clients import Client
from gigs.models.opportunities import Application, Gig
from gigs.models.ratings import Rating
from gigs.models.refused_parts import RefusedPart
from gigs.models.slots import Claim
from gigs.models.triggers import agreement, immutable_columns, never_deleted
from gigs.models.work import Work
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.hash_chain import digest
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.fields import EncryptedTextField
from hitouch.core.models import StoredFile


def append_only() -> pgtrigger.Trigger:
    """Rows are added, never changed or deleted."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class DisputeState(models.TextChoices):
    """States of a dispute."""

    OPEN = "OPEN", "Waiting for an answer"
    NEGOTIATION = "NEGOTIATION", "In negotiation"
    ESCALATED = "ESCALATED", "With HitouchCX"
    SETTLED = "SETTLED", "Settled"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    DECIDED = "DECIDED", "Decided"


class DisputeKind(models.TextChoices):
    """What a dispute is about."""

    APPLICATION = "APPLICATION", "Application"
    GIG = "GIG", "Gig"
    WORK = "WORK", "Work and its payment"
    SHIFT = "SHIFT", "Shift"
    PART = "PART", "Part of work that was not approved"


class DisputeAuthor(models.TextChoices):
    """Who wrote a message or added a file."""

    AGENT = "AGENT", "Agent"
    CLIENT = "CLIENT", "Client"
    STAFF = "STAFF", "HitouchCX"


LIVE = (DisputeState.OPEN, DisputeState.NEGOTIATION, DisputeState.ESCALATED)
_machine = StateMachine(
    start=DisputeState.OPEN,
    edges={
        DisputeState.OPEN: [
            DisputeState.NEGOTIATION,
            DisputeState.ESCALATED,
            DisputeState.SETTLED,
            DisputeState.WITHDRAWN,
        ],
        DisputeState.NEGOTIATION: [
            DisputeState.ESCALATED,
            DisputeState.SETTLED,
            DisputeState.WITHDRAWN,
        ],
        DisputeState.ESCALATED: [
            DisputeState.SETTLED,
            DisputeState.DECIDED,
            DisputeState.WITHDRAWN,
        ],
    },
)


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Filters by state and time."""

    def live(self) -> DisputeQuerySet:
        """Disputes that have not ended."""
        return self.filter(state__in=LIVE)

    def past_deadline(self, now: datetime) -> DisputeQuerySet:
        """Disputes whose parties did not answer or agree in time."""
        waiting = (DisputeState.OPEN, DisputeState.NEGOTIATION)
        return self.filter(state__in=waiting, due_at__lte=now)

    def to_remind(self, now: datetime) -> DisputeQuerySet:
        """Disputes with a deadline soon, of which nobody was reminded yet."""
        waiting = (DisputeState.OPEN, DisputeState.NEGOTIATION)
        return self.filter(state__in=waiting, remind_at__lte=now, due_at__gt=now)


_SUBJECTS = {
    DisputeKind.APPLICATION: ("application",),
    DisputeKind.GIG: ("gig",),
    DisputeKind.WORK: ("gig", "work"),
    DisputeKind.SHIFT: ("gig", "claim"),
    DisputeKind.PART: ("gig", "part"),
}


def _names_its_subject() -> Q:
    """Each kind fills the columns of its subject, and no others."""
    columns = ("application", "gig", "work", "claim", "part")
    found = Q()
    for kind, filled in _SUBJECTS.items():
        facts = {f"{column}__isnull": column not in filled for column in columns}
        found |= Q(kind=kind, **facts)
    return found


def _one_live(kind: DisputeKind) -> models.UniqueConstraint:
    column = _SUBJECTS[kind][-1]
    return models.UniqueConstraint(
        name=f"one_live_dispute_per_{column}",
        fields=[column],
        condition=Q(kind=kind, state__in=["OPEN", "NEGOTIATION", "ESCALATED"]),
    )


class Dispute(BaseModel):
    """A disagreement about an application, a gig, its work or a shift.

    `asked_paise` is the amount in dispute: what an agent asks to be paid, or what a client asks to
    take off the pay of approved work.
    """

    State = DisputeState
    Kind = DisputeKind

    class Side(models.TextChoices):
        """Who opened it, or for whom staff did; the other side answers."""

        AGENT = "AGENT", "Agent"
        CLIENT = "CLIENT", "Client"

    kind = models.CharField(max_length=12, choices=DisputeKind.choices)
    application = models.ForeignKey(
        Application, null=True, blank=True, related_name="disputes", on_delete=models.PROTECT
    )
    gig = models.ForeignKey(
        Gig, null=True, blank=True, related_name="disputes", on_delete=models.PROTECT
    )
    work = models.ForeignKey(
        Work, null=True, blank=True, related_name="disputes", on_delete=models.PROTECT
    )
    claim = models.ForeignKey(
        Claim, null=True, blank=True, related_name="disputes", on_delete=models.PROTECT
    )
    part = models.ForeignKey(
        RefusedPart, null=True, blank=True, related_name="disputes", on_delete=models.PROTECT
    )
    agent = models.ForeignKey(Agent, related_name="disputes", on_delete=models.PROTECT)
    client = models.ForeignKey(Client, related_name="disputes", on_delete=models.PROTECT)
    title = models.CharField(max_length=160)
    side = models.CharField(max_length=10, choices=Side.choices)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    is_by_staff = models.BooleanField(
        default=False, help_text="Opened by staff on behalf of the side."
    )
    opened_at = models.DateTimeField()
    statement = models.TextField(max_length=4000)
    asked_paise = models.BigIntegerField(null=True, blank=True)
    #: By when the other side answers, both agree, or staff decide; None once it has ended.
    due_at = models.DateTimeField(null=True, blank=True)
    #: When the parties are reminded of `due_at`; None if they were, or need not be.
    remind_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=DisputeState.choices, default=DisputeState.OPEN)
    machine = _machine
    objects = DisputeQuerySet.as_manager()

    class Meta:
        triggers = [
            *_machine.triggers(),
            immutable_columns(
                "kind", "application", "gig", "work", "claim", "part", "agent", "client", "side",
                "opened_by", "is_by_staff", "opened_at", "statement", "asked_paise", "title",
            ),
            agreement(
                "of_its_application",
                when="NEW.kind = 'APPLICATION'",
                query=(
                    "SELECT FROM gigs_application AS application"
                    " JOIN gigs_opportunity AS opportunity"
                    " ON opportunity.id = application.opportunity_id"
                    " JOIN gigs_project AS project ON project.id = opportunity.project_id"
                    " WHERE application.id = NEW.application_id"
                    " AND (application.agent_id, project.client_id)"
                    " = (NEW.agent_id, NEW.client_id)"
                ),
            ),
            agreement(
                "of_its_gig",
                when="NEW.kind <> 'APPLICATION'",
                query=(
                    "SELECT FROM gigs_gig AS gig"
                    " LEFT JOIN gigs_work AS work ON work.id = NEW.work_id"
                    " LEFT JOIN gigs_claim AS claim ON claim.id = NEW.claim_id"
                    " LEFT JOIN gigs_refusedpart AS part ON part.id = NEW.part_id"
                    " LEFT JOIN gigs_work AS whole ON whole.id = part.work_id"
                    " WHERE gig.id = NEW.gig_id"
                    " AND (gig.agent_id, gig.client_id) = (NEW.agent_id, NEW.client_id)"
                    " AND coalesce(work.gig_id, claim.gig_id, whole.gig_id, gig.id) = gig.id"
                ),
            ),
            never_deleted(),
        ]  # fmt: skip
        indexes = [
            models.Index(name="dispute_newest", fields=["-opened_at", "-id"]),
            models.Index(name="dispute_by_state", fields=["state", "-opened_at", "-id"]),
            models.Index(name="dispute_by_kind", fields=["kind", "-opened_at", "-id"]),
            models.Index(name="dispute_of_agent", fields=["agent", "-opened_at", "-id"]),
            models.Index(name="dispute_of_client", fields=["client", "-opened_at", "-id"]),
            models.Index(
                name="dispute_due", fields=["due_at", "id"], condition=Q(due_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="dispute_names_its_subject", condition=_names_its_subject()
            ),
            models.CheckConstraint(
                name="dispute_amount_is_positive",
                condition=Q(asked_paise=None) | Q(asked_paise__gt=0) & ~Q(kind="APPLICATION"),
            ),
            models.CheckConstraint(
                name="live_dispute_has_a_deadline",
                condition=Q(state__in=["OPEN", "NEGOTIATION", "ESCALATED"])
                & Q(due_at__isnull=False, closed_at=None)
                | Q(state__in=["SETTLED", "WITHDRAWN", "DECIDED"])
                & Q(due_at=None, remind_at=None, closed_at__isnull=False),
            ),
            *(_one_live(kind) for kind in DisputeKind),
        ]

    def __str__(self) -> str:
        return f"Dispute {self.reference}: {self.title}"

    @property
    def reference(self) -> str:
        """Short reference for people to quote."""
        return str(self.pk)[:8].upper()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_in_negotiation(self) -> bool:
        return self.state == self.State.NEGOTIATION

    @property
    def is_escalated(self) -> bool:
        return self.state == self.State.ESCALATED

    @property
    def is_about_pay_taken_off(self) -> bool:
        """Whether a client asks to take an amount off approved work."""
        return self.side == self.Side.CLIENT and self.asked_paise is not None


class DisputeEvent(StateEvent):
    """One change of a dispute's state."""

    subject = models.ForeignKey(Dispute, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class DisputeMessage(BaseModel):
    """A message in a dispute, read by both sides and staff. Never edited."""

    dispute = models.ForeignKey(Dispute, related_name="messages", on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()
    author = models.CharField(max_length=8, choices=DisputeAuthor.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    text = models.TextField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        triggers = [append_only()]
        constraints = [
            models.UniqueConstraint(name="one_message_per_number", fields=["dispute", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.get_author_display()}: {self.text[:40]}"


#: How often both sides may name an amount.
BID_ROUNDS = 3


class SettlementBid(BaseModel):
    """The amount that one side names in a round, unseen by the other side and by staff.

    The agent names the least that they take of the amount in dispute, the client the most that
    they give. `commitment` is the digest of the amount and a nonce, by which the side that named it
    can prove later what it was.
    """

    dispute = models.ForeignKey(Dispute, related_name="bids", on_delete=models.PROTECT)
    round = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Dispute.Side.choices)
    amount = EncryptedTextField()
    nonce = EncryptedTextField()
    commitment = models.CharField(max_length=64, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        triggers = [
            immutable_columns("dispute", "round", "side", "commitment", "by", "at"),
            never_deleted(),
        ]
        constraints = [
            models.UniqueConstraint(name="one_bid_a_round", fields=["dispute", "round", "side"]),
            models.CheckConstraint(
                name="bid_in_a_round", condition=Q(round__gte=1, round__lte=BID_ROUNDS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}, round {self.round}"

    @property
    def amount_paise(self) -> int:
        """For the services and for the side that named it only."""
        return int(self.amount)

    def computed_commitment(self) -> str:
        """The digest of what is stored now; another one than `commitment` shows a change."""
        return digest([str(self.dispute_id), self.round, self.side, self.amount_paise, self.nonce])


class ResolutionState(models.TextChoices):
    """States of a resolution."""

    PROPOSED = "PROPOSED", "To be confirmed"
    APPLIED = "APPLIED", "Carried out"
    REJECTED = "REJECTED", "Not confirmed"


class ResolutionAction(models.TextChoices):
    """What a resolution does."""

    NOTHING = "NOTHING", "Nothing changes"
    PAY = "PAY", "Pay an amount to the agent"
    REDUCE_PAY = "REDUCE_PAY", "Take an amount off the pay of the work"
    REOPEN_WORK = "REOPEN_WORK", "Review the rejected work again"
    EXCUSE_SHIFT = "EXCUSE_SHIFT", "Excuse the missed shift"
    HIDE_RATING = "HIDE_RATING", "Hide a rating and leave it out of the standing"


class ResolutionOrigin(models.TextChoices):
    """Who resolved a dispute."""

    ACCEPTED = "ACCEPTED", "The other side agreed"
    BIDS = "BIDS", "The sealed amounts crossed"
    STAFF = "STAFF", "HitouchCX decided"


_resolution = StateMachine(
    start=ResolutionState.PROPOSED,
    edges={ResolutionState.PROPOSED: [ResolutionState.APPLIED, ResolutionState.REJECTED]},
)


def _impartial(name: str, column: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """A decision of staff is by nobody who opened the dispute or whom it concerns."""
    query = (
        "SELECT FROM gigs_dispute AS dispute"
        " JOIN accounts_agent AS agent ON agent.id = dispute.agent_id"
        " WHERE dispute.id = NEW.dispute_id AND agent.user_id <> NEW.{column}"
        " AND dispute.opened_by_id <> NEW.{column} AND NOT EXISTS (SELECT FROM gigs_member"
        " WHERE client_id = dispute.client_id AND user_id = NEW.{column})"
    )
    return agreement(
        name,
        operation=operation,
        when=f"NEW.origin = 'STAFF' AND NEW.{column} IS NOT NULL",
        query=query.format(column=column),
    )


class DisputeResolution(BaseModel):
    """What ends a dispute, and what is done by it. A large amount needs two people of staff."""

    State = ResolutionState
    Action = ResolutionAction
    Origin = ResolutionOrigin

    dispute = models.ForeignKey(Dispute, related_name="resolutions", on_delete=models.PROTECT)
    origin = models.CharField(max_length=10, choices=ResolutionOrigin.choices)
    action = models.CharField(max_length=12, choices=ResolutionAction.choices)
    amount_paise = models.BigIntegerField(
        default=0, help_text="Paid to the agent, or taken off the pay of the work."
    )
    rating = models.ForeignKey(
        Rating, null=True, blank=True, related_name="resolutions", on_delete=models.PROTECT
    )
    reason = models.TextField(max_length=2000, help_text="Both sides read it.")
    #: None if the sealed amounts crossed.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    proposed_at = models.DateTimeField()
    needs_second = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=ResolutionState.choices, default=ResolutionState.PROPOSED
    )
    machine = _resolution

    class Meta:
        triggers = [
            *_resolution.triggers(),
            immutable_columns(
                "dispute", "origin", "action", "amount_paise", "rating", "reason", "proposed_by",
                "proposed_at", "needs_second",
            ),
            _impartial("proposed_by_impartial", "proposed_by_id", pgtrigger.Insert),
            _impartial(
                "decided_by_impartial", "decided_by_id", pgtrigger.UpdateOf("decided_by_id")
            ),
            never_deleted(),
        ]  # fmt: skip
        indexes = [
            models.Index(
                name="resolution_to_confirm",
                fields=["proposed_at", "id"],
                condition=Q(state="PROPOSED"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_proposed_resolution", fields=["dispute"], condition=Q(state="PROPOSED")
            ),
            models.UniqueConstraint(
                name="one_resolution_per_dispute", fields=["dispute"], condition=Q(state="APPLIED")
            ),
            models.CheckConstraint(
                name="resolution_amount_fits_its_action",
                condition=Q(action__in=["PAY", "REDUCE_PAY"], amount_paise__gt=0)
                | Q(action="EXCUSE_SHIFT", amount_paise__gte=0)
                | Q(action__in=["NOTHING", "REOPEN_WORK", "HIDE_RATING"], amount_paise=0),
            ),
            models.CheckConstraint(
                name="only_hiding_names_a_rating",
                condition=Q(action="HIDE_RATING", rating__isnull=False)
                | (~Q(action="HIDE_RATING") & Q(rating=None)),
            ),
            models.CheckConstraint(
                name="resolution_by_staff_names_them",
                condition=~Q(origin="STAFF") | Q(proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="large_resolution_needs_two_people",
                condition=~Q(state="APPLIED", needs_second=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.dispute.reference}"

    @property
    def is_proposed(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def is_applied(self) -> bool:
        return self.state == self.State.APPLIED

    @property
    def paid_paise(self) -> int:
        """What it pays to the agent out of the gig's reserve."""
        pays = (self.Action.PAY, self.Action.EXCUSE_SHIFT)
        return self.amount_paise if self.action in pays else 0


class DisputeResolutionEvent(StateEvent):
    """One change of a resolution's state."""

    subject = models.ForeignKey(DisputeResolution, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class DisputeFile(BaseModel):
    """A file that one side added as evidence; both sides and staff can open it."""

    dispute = models.ForeignKey(Dispute, related_name="files", on_delete=models.PROTECT)
    author = models.CharField(max_length=8, choices=DisputeAuthor.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    file = models.ForeignKey(StoredFile, related_name="+", on_delete=models.PROTECT)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        triggers = [append_only()]
        indexes = [models.Index(name="dispute_file_order", fields=["dispute", "at", "id"])]

    def __str__(self) -> str:
        return self.file.name


class EvidencePack(BaseModel):
    """The facts of a dispute as they were at one moment, each with its digest.

    `manifest` is the digest of all digests; `hash` chains the packs of a dispute with a key that is
    not in the database, so that a pack that was changed later shows.
    """

    dispute = models.ForeignKey(Dispute, related_name="packs", on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    items = models.JSONField()
    manifest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        triggers = [append_only()]
        constraints = [
            models.UniqueConstraint(name="one_pack_per_number", fields=["dispute", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.dispute.reference}, pack {self.number}"
