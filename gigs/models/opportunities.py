"""Opportunities, applications, and the gigs created by accepting one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from accounts.models import Agent
from gigs.models.clients import Client, Project
from gigs.models.search import document_trigger, words_trigger
from gigs.models.terms import (
    Category,
    OfferFields,
    PayKind,
    Terms,
    published_text_trigger,
    published_with_terms_trigger,
)
from gigs.models.triggers import (
    agreement,
    counted_by_triggers,
    counter_trigger,
    immutable_columns,
    in_this_century,
    never_deleted,
)
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.db.word_search import words_index

#: Time after `apply_by` within which the client has to decide on applications.
DECIDE_WITHIN = timedelta(days=14)


class OpportunityState(models.TextChoices):
    """States of an opportunity."""

    DRAFT = "DRAFT", "Draft"
    OPEN = "OPEN", "Open"
    ON_HOLD = "ON_HOLD", "On hold"
    FILLED = "FILLED", "Filled"
    CLOSED = "CLOSED", "Closed"
    CANCELLED = "CANCELLED", "Cancelled"


_opportunity = StateMachine(
    start=OpportunityState.DRAFT,
    edges={
        OpportunityState.DRAFT: [OpportunityState.OPEN, OpportunityState.CANCELLED],
        OpportunityState.OPEN: [
            OpportunityState.ON_HOLD,
            OpportunityState.FILLED,
            OpportunityState.CLOSED,
            OpportunityState.CANCELLED,
        ],
        OpportunityState.ON_HOLD: [
            OpportunityState.OPEN,
            OpportunityState.CLOSED,
            OpportunityState.CANCELLED,
        ],
        # Open again when a gig is replaced.
        OpportunityState.FILLED: [
            OpportunityState.OPEN,
            OpportunityState.CLOSED,
            OpportunityState.CANCELLED,
        ],
        # No more agents; those at work go on until the work is called off.
        OpportunityState.CLOSED: [OpportunityState.CANCELLED],
    },
)


class Visibility(models.TextChoices):
    """Who sees an open opportunity."""

    PUBLIC = "PUBLIC", "All agents"
    PRIVATE = "PRIVATE", "Invited agents only"


#: Pay and number of agents, which stay as they were published.
_PUBLISHED = ("project_id", "pay_kind", "rate_paise", "hours_each", "headcount")


def _places(row: str) -> str:
    """SQL of the number of places of an opportunity that may cost money."""
    return (
        f"CASE WHEN {row}.state = 'DRAFT' OR {row}.published_at IS NULL THEN 0"
        f" WHEN {row}.state IN ('CLOSED', 'CANCELLED') THEN {row}.filled"
        f" ELSE {row}.headcount END"
    )


def _promise_triggers() -> list[pgtrigger.Trigger]:
    """Keep `promised_paise` of the project equal to what its opportunities can cost."""
    each = "NEW.rate_paise * greatest(NEW.hours_each, 1)"
    return [
        pgtrigger.Protect(
            name="published_pay_stays",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                "OLD.state <> 'DRAFT' AND ROW("
                + ", ".join(f"OLD.{name}" for name in _PUBLISHED)
                + ") IS DISTINCT FROM ROW("
                + ", ".join(f"NEW.{name}" for name in _PUBLISHED)
                + ")"
            ),
        ),
        pgtrigger.Trigger(
            name="promise_cost",
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("state", "filled"),
            condition=pgtrigger.Condition(f"0 <> ({_places('NEW')}) - ({_places('OLD')})"),
            func=(
                "UPDATE gigs_project SET promised_paise = promised_paise + "  # noqa: S608
                f"{each} * (({_places('NEW')}) - ({_places('OLD')})) "
                "WHERE id = NEW.project_id; RETURN NULL;"
            ),
        ),
        never_deleted(),
    ]


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    """Filters by state and text."""

    def open_at(self, now: datetime) -> OpportunityQuerySet:
        """Opportunities that take applications of all agents."""
        return self.filter(
            state=OpportunityState.OPEN, visibility=Visibility.PUBLIC, apply_by__gt=now
        )

    def published(self) -> OpportunityQuerySet:
        return self.exclude(state=OpportunityState.DRAFT)


class OpportunityManager(models.Manager.from_queryset(OpportunityQuerySet)):  # type: ignore[misc]
    """Leaves the document of the search in the database."""

    def get_queryset(self) -> OpportunityQuerySet:
        """Rows without the column that only the search reads."""
        found: OpportunityQuerySet = super().get_queryset()
        return found.defer("search")


#: The columns that filters of the board read, kept in each of its indexes.
BOARD_COLUMNS = (
    "category",
    "pay_kind",
    "minimum_level",
    "rate_paise",
    "last_evening_at",
    "last_weekend_at",
)


#: What the indexes of the board hold.
ON_BOARD = Q(state="OPEN", visibility="PUBLIC")


def _board_index(name: str, *fields: str) -> models.Index:
    """An index of open opportunities in one order, from which filters are answered as well."""
    plain = {field.removeprefix("-") for field in fields}
    rest = [column for column in (*BOARD_COLUMNS, "apply_by") if column not in plain]
    return models.Index(name=name, fields=fields, include=rest, condition=ON_BOARD)


class Opportunity(OfferFields):
    """Work on offer: requirements, pay and number of agents needed."""

    State = OpportunityState

    project = models.ForeignKey(Project, related_name="opportunities", on_delete=models.PROTECT)
    headcount = models.PositiveSmallIntegerField()
    filled = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The number of the current version of its terms; 0 for a draft.
    terms_version = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(
        max_length=20, choices=OpportunityState.choices, default=OpportunityState.DRAFT
    )
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    published_at = models.DateTimeField(null=True, blank=True)
    search = SearchVectorField(null=True, editable=False)
    last_evening_at = models.DateTimeField(null=True, editable=False)
    last_weekend_at = models.DateTimeField(null=True, editable=False)
    machine = _opportunity
    objects = OpportunityManager()

    class Meta:
        verbose_name_plural = "opportunities"
        triggers = [
            *_opportunity.triggers(),
            agreement(
                "milestones_are_its_price",
                operation=pgtrigger.UpdateOf("state"),
                when="OLD.state = 'DRAFT' AND NEW.state = 'OPEN'",
                query=(
                    "SELECT FROM gigs_milestone WHERE opportunity_id = NEW.id"
                    " HAVING count(*) = 0"
                    " OR (sum(amount_paise) = NEW.rate_paise AND NEW.pay_kind = 'FIXED')"
                ),
            ),
            document_trigger(Category.choices),
            words_trigger(),
            *counted_by_triggers("filled"),
            *counted_by_triggers("terms_version"),
            published_text_trigger(),
            published_with_terms_trigger(),
            *_promise_triggers(),
        ]
        indexes = [
            models.Index(name="opportunity_open_first", fields=["state", "apply_by"]),
            models.Index(name="opportunity_newest", fields=["-created_at", "-id"]),
            models.Index(name="opportunity_by_state", fields=["state", "-created_at", "-id"]),
            words_index("opportunity_title", "title"),
            _board_index("board_newest", "-published_at", "id"),
            _board_index("board_deadline", "apply_by", "id"),
            _board_index("board_pay", "-pay_kind", "-rate_paise", "id"),
            models.Index(
                name="board_levels",
                fields=["category", "minimum_level", "apply_by"],
                condition=ON_BOARD,
            ),
            GinIndex(
                name="board_words",
                fields=["search", "skills", "languages"],
                condition=ON_BOARD,
                fastupdate=False,
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="opportunity_apply_by_in_this_century", condition=in_this_century("apply_by")
            ),
            models.CheckConstraint(
                name="opportunity_pays_and_seats",
                condition=Q(rate_paise__gt=0, headcount__gt=0, filled__lte=F("headcount")),
            ),
            models.CheckConstraint(
                name="opportunity_hours_fit_its_pay",
                condition=Q(pay_kind=PayKind.HOURLY, hours_each__gt=0)
                | Q(pay_kind=PayKind.FIXED, hours_each=0),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def client(self) -> Client:
        return self.project.client

    @property
    def cost_each_paise(self) -> int:
        """The most that one agent can earn."""
        return self.rate_paise * (self.hours_each or 1)

    @property
    def cost_paise(self) -> int:
        return self.cost_each_paise * self.headcount

    @property
    def seats_left(self) -> int:
        return self.headcount - self.filled

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_private(self) -> bool:
        """Whether only invited agents see it."""
        return self.visibility == Visibility.PRIVATE

    @property
    def can_close(self) -> bool:
        return self.machine.allows(self.state, self.State.CLOSED)

    @property
    def can_hold(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_on_hold(self) -> bool:
        return self.state == self.State.ON_HOLD

    @property
    def can_cancel(self) -> bool:
        return self.machine.allows(self.state, self.State.CANCELLED)

    @property
    def takes_slots(self) -> bool:
        return self.state not in (self.State.CLOSED, self.State.CANCELLED)

    @property
    def takes_agents(self) -> bool:
        """Whether a place that becomes free can be filled again."""
        return self.state in (self.State.OPEN, self.State.ON_HOLD, self.State.FILLED)

    @property
    def can_change_terms(self) -> bool:
        """Whether its text may change: freely as a draft, later with a new version."""
        return self.is_draft or self.takes_agents

    def takes_applications(self, now: datetime) -> bool:
        return self.state == self.State.OPEN and now < self.apply_by

    @property
    def decide_by(self) -> datetime:
        return self.apply_by + DECIDE_WITHIN


class OpportunityEvent(StateEvent):
    """One change of an opportunity's state."""

    subject = models.ForeignKey(Opportunity, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class ApplicationState(models.TextChoices):
    """States of an application."""

    PENDING = "PENDING", "Pending"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    ACCEPTED = "ACCEPTED", "Accepted"
    REJECTED = "REJECTED", "Not selected"
    EXPIRED = "EXPIRED", "Expired"


class RejectionReason(models.TextChoices):
    """Why a client rejects an application; a note may say more."""

    LEVEL = "LEVEL", "A higher English level is needed"
    LANGUAGE = "LANGUAGE", "Another language, or a stronger one"
    EXPERIENCE = "EXPERIENCE", "More experience, or of another kind"
    AVAILABILITY = "AVAILABILITY", "Hours do not fit"
    FILLED = "FILLED", "Position filled"
    OTHER = "OTHER", "Another reason"


#: The reasons as the agent reads them, with what helps.
REASONS: dict[str, str] = {
    RejectionReason.LEVEL: "They need a higher English level. You can take the test again.",
    RejectionReason.LANGUAGE: "They need another language, or a stronger one than yours.",
    RejectionReason.EXPERIENCE: "They need more experience, or experience of another kind.",
    RejectionReason.AVAILABILITY: "Your hours do not fit theirs.",
    RejectionReason.FILLED: "All places are filled. This says nothing about you.",
}


_application = StateMachine(
    start=ApplicationState.PENDING,
    edges={
        ApplicationState.PENDING: [
            ApplicationState.WITHDRAWN,
            ApplicationState.ACCEPTED,
            ApplicationState.REJECTED,
            ApplicationState.EXPIRED,
        ]
    },
)


def _acknowledgement_triggers() -> list[pgtrigger.Trigger]:
    """Only the current terms of the opportunity can be agreed to, and only while it is pending."""
    current = (
        "SELECT FROM gigs_opportunity AS opportunity"
        " LEFT JOIN gigs_terms AS terms ON terms.opportunity_id = opportunity.id"
        " AND terms.version = opportunity.terms_version"
        " WHERE opportunity.id = NEW.opportunity_id AND terms.id IS NOT DISTINCT FROM NEW.terms_id"
    )
    changed = "OLD.terms_id IS DISTINCT FROM NEW.terms_id"
    return [
        agreement("applies_for_current_terms", query=current),
        agreement(
            "agrees_to_current_terms", query=current, operation=pgtrigger.Update, when=changed
        ),
        pgtrigger.Protect(
            name="agreed_terms_stay",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f"{changed} AND OLD.state <> 'PENDING'"),
        ),
    ]


class Application(BaseModel):
    """An agent's application for an opportunity, with the match at the time of applying."""

    State = ApplicationState
    STANDING = (ApplicationState.PENDING, ApplicationState.ACCEPTED, ApplicationState.REJECTED)

    opportunity = models.ForeignKey(
        Opportunity, related_name="applications", on_delete=models.PROTECT
    )
    agent = models.ForeignKey(Agent, related_name="applications", on_delete=models.PROTECT)
    note = models.TextField(blank=True, max_length=1000)
    score = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=list)
    state = models.CharField(
        max_length=20, choices=ApplicationState.choices, default=ApplicationState.PENDING
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    #: Why it was rejected; for other ends `reason` alone.
    reason_code = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    #: The version of the opportunity's terms that the agent agreed to last, and when.
    terms = models.ForeignKey(
        Terms, null=True, related_name="applications", on_delete=models.PROTECT, editable=False
    )
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    machine = _application

    class Meta:
        triggers = [
            *_application.triggers(),
            immutable_columns("opportunity", "agent"),
            *_acknowledgement_triggers(),
            never_deleted(),
        ]
        indexes = [
            models.Index(name="application_newest", fields=["-created_at", "-id"]),
            models.Index(name="application_by_state", fields=["state", "-created_at", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_application_per_agent",
                fields=["opportunity", "agent"],
                condition=Q(state__in=["PENDING", "ACCEPTED", "REJECTED"]),
            ),
            models.CheckConstraint(name="score_of_a_hundred", condition=Q(score__lte=100)),
            models.CheckConstraint(
                name="rejected_for_a_reason",
                condition=Q(state="REJECTED", reason_code__gt="")
                | (~Q(state="REJECTED") & Q(reason_code="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} for {self.opportunity}"

    @property
    def is_pending(self) -> bool:
        return self.state == self.State.PENDING

    @property
    def reason_text(self) -> str:
        """Why it ended, as the agent reads it."""
        return f"{REASONS.get(self.reason_code, '')} {self.reason}".strip()

    @property
    def has_old_terms(self) -> bool:
        """Whether the agent has yet to agree to the current terms."""
        agreed = self.terms.version if self.terms else 0
        return self.is_pending and agreed != self.opportunity.terms_version


class ApplicationEvent(StateEvent):
    """One change of an application's state."""

    subject = models.ForeignKey(Application, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        triggers = [
            *StateEvent.Meta.triggers,
            agreement(
                "not_own_application",
                when="NEW.became IN ('ACCEPTED', 'REJECTED')",
                query=(
                    "SELECT FROM gigs_application AS application"
                    " JOIN accounts_agent AS agent ON agent.id = application.agent_id"
                    " WHERE application.id = NEW.subject_id"
                    " AND agent.user_id IS DISTINCT FROM NEW.by_id"
                ),
            ),
        ]


class GigState(models.TextChoices):
    """States of a gig."""

    ACTIVE = "ACTIVE", "Active"
    ON_HOLD = "ON_HOLD", "On hold"
    COMPLETED = "COMPLETED", "Completed"
    CANCELLED = "CANCELLED", "Ended"
    REPLACED = "REPLACED", "Replaced"


ENDED = (GigState.COMPLETED, GigState.CANCELLED, GigState.REPLACED)
_gig = StateMachine(
    start=GigState.ACTIVE,
    edges={
        GigState.ACTIVE: [GigState.ON_HOLD, *ENDED],
        GigState.ON_HOLD: [GigState.ACTIVE, *ENDED],
    },
)


def _unearned_trigger() -> pgtrigger.Trigger:
    """Take what an ended gig can no longer earn out of what its project has promised.

    The place of a replaced gig is counted for its successor, so that what it did earn is added.
    """

    def promised(row: str) -> str:
        full = f"{row}.rate_paise * greatest({row}.hours_each, 1)"
        place = f"CASE {row}.state WHEN 'REPLACED' THEN {full} ELSE 0 END"
        return f"({place} - {row}.unearned_paise)"

    change = f"{promised('NEW')} - {promised('OLD')}"
    return pgtrigger.Trigger(
        name="promise_earned",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("state", "unearned_paise"),
        condition=pgtrigger.Condition(f"0 <> {change}"),
        func=(
            f"UPDATE gigs_project SET promised_paise = promised_paise + {change} "  # noqa: S608
            "WHERE id = (SELECT project_id FROM gigs_opportunity WHERE id = NEW.opportunity_id); "
            "RETURN NULL;"
        ),
    )


class Gig(BaseModel):
    """An agent's engagement, created by accepting an application. Its pay terms never change."""

    State = GigState

    application = models.OneToOneField(Application, related_name="gig", on_delete=models.PROTECT)
    opportunity = models.ForeignKey(Opportunity, related_name="gigs", on_delete=models.PROTECT)
    client = models.ForeignKey(Client, related_name="gigs", on_delete=models.PROTECT)
    agent = models.ForeignKey(Agent, related_name="gigs", on_delete=models.PROTECT)
    title = models.CharField(max_length=120)
    pay_kind = models.CharField(max_length=10, choices=PayKind.choices)
    rate_paise = models.BigIntegerField()
    hours_each = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=20, choices=GigState.choices, default=GigState.ACTIVE)
    completed_at = models.DateTimeField(null=True, blank=True)
    #: What of its full pay it can no longer earn; known when it has ended.
    unearned_paise = models.BigIntegerField(default=0, editable=False)
    machine = _gig

    class Meta:
        indexes = [
            models.Index(name="gig_newest", fields=["-created_at", "-id"]),
            models.Index(name="gig_by_state", fields=["state", "-created_at", "-id"]),
            words_index("gig_title", "title"),
        ]
        constraints = [
            models.CheckConstraint(
                name="only_an_ended_gig_has_unearned_pay",
                condition=Q(unearned_paise=0)
                | Q(state__in=["COMPLETED", "CANCELLED", "REPLACED"], unearned_paise__gt=0),
            ),
        ]
        triggers = [
            *_gig.triggers(),
            *counter_trigger(
                of="gigs_opportunity",
                by="opportunity_id",
                column="filled",
                live=[state for state in GigState if state != GigState.REPLACED],
            ),
            _unearned_trigger(),
            agreement(
                "unearned_pay_only_shrinks_by_resolutions",
                operation=pgtrigger.UpdateOf("unearned_paise"),
                when="NEW.unearned_paise < OLD.unearned_paise",
                query=(
                    "SELECT FROM gigs_earnedamount WHERE gig_id = NEW.id AND kind = 'RESOLUTION'"
                    " HAVING sum(amount_paise) >= OLD.unearned_paise - NEW.unearned_paise"
                ),
            ),
            immutable_columns(
                "application",
                "pay_kind",
                "rate_paise",
                "hours_each",
                "agent",
                "client",
                "opportunity",
            ),
            agreement(
                "terms_of_its_application",
                query=(
                    "SELECT FROM gigs_application AS application"
                    " JOIN gigs_opportunity AS opportunity"
                    " ON opportunity.id = application.opportunity_id"
                    " JOIN gigs_project AS project ON project.id = opportunity.project_id"
                    " LEFT JOIN gigs_terms AS terms ON terms.id = application.terms_id"
                    " WHERE application.id = NEW.application_id"
                    " AND application.state = 'ACCEPTED'"
                    " AND coalesce(terms.version, 0) = opportunity.terms_version"
                    " AND (application.agent_id, opportunity.id, project.client_id,"
                    " opportunity.pay_kind, opportunity.rate_paise, opportunity.hours_each)"
                    " = (NEW.agent_id, NEW.opportunity_id, NEW.client_id,"
                    " NEW.pay_kind, NEW.rate_paise, NEW.hours_each)"
                ),
            ),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_on_hold(self) -> bool:
        return self.state == self.State.ON_HOLD

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def terms(self) -> Terms | None:
        """The version of the terms that it was agreed on, for good."""
        return self.application.terms

    @property
    def full_pay_paise(self) -> int:
        """The most that it can earn."""
        return self.rate_paise * (self.hours_each or 1)

    @property
    def is_hourly(self) -> bool:
        return self.pay_kind == PayKind.HOURLY


class GigEvent(StateEvent):
    """One change of a gig's state."""

    subject = models.ForeignKey(Gig, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
