"""Clients, their members, and their projects with budgets."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from gigs.models.search import client_name_trigger
from gigs.models.triggers import counted_by_triggers, immutable_columns
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.masking import mask_contact


class Client(BaseModel):
    """A company whose customers our agents serve."""

    name = models.CharField(max_length=120, unique=True)
    about = models.TextField(blank=True, help_text="Shown to agents with each opportunity.")

    class Meta:
        triggers = [client_name_trigger()]

    def __str__(self) -> str:
        return self.name


class CurrentMembers(models.Manager["Member"]):
    """Members who have not left."""

    def get_queryset(self) -> models.QuerySet["Member"]:
        return super().get_queryset().filter(left_at=None)


class Member(BaseModel):
    """A person who acts for one client.

    Who left stays as a row, because decisions refer to it; only `including_former` finds it.
    """

    class Role(models.TextChoices):
        """What a member may do; viewers only read."""

        OWNER = "OWNER", "Owner"
        MANAGER = "MANAGER", "Manager"
        VIEWER = "VIEWER", "Viewer"

    client = models.ForeignKey(Client, related_name="members", on_delete=models.PROTECT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="memberships", on_delete=models.CASCADE
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    objects = CurrentMembers()
    including_former = models.Manager["Member"]()

    class Meta:
        # Decisions of a member stay those of this person, for this client.
        triggers = [immutable_columns("client", "user")]
        constraints = [
            # Nobody acts for two clients at a time.
            models.UniqueConstraint(
                name="one_membership_at_a_time", fields=["user"], condition=Q(left_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.client}"

    @property
    def may_change(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.MANAGER)

    @property
    def is_owner(self) -> bool:
        return self.role == self.Role.OWNER


#: After this time an invitation can no longer be accepted, and its row goes.
INVITATION_VALID_FOR = timedelta(days=7)


class MemberInvitation(BaseModel):
    """An open invitation to act for a client, sent to an e-mail address.

    The row goes when it is accepted, withdrawn or too old; the audit log says what became of it.
    """

    client = models.ForeignKey(Client, related_name="invitations", on_delete=models.PROTECT)
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Member.Role.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.CASCADE
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        triggers = [immutable_columns("client", "email")]
        constraints = [
            models.UniqueConstraint(name="one_invitation_per_email", fields=["client", "email"]),
            models.CheckConstraint(
                name="invitation_email_is_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self) -> str:
        return f"{mask_contact(self.email)} for {self.client}"


class ProjectState(models.TextChoices):
    """States of a project."""

    PLANNING = "PLANNING", "Planning"
    ACTIVE = "ACTIVE", "Active"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    ON_HOLD = "ON_HOLD", "On hold"
    COMPLETED = "COMPLETED", "Completed"
    CANCELLED = "CANCELLED", "Cancelled"


_ENDS = (ProjectState.COMPLETED, ProjectState.CANCELLED)
_machine = StateMachine(
    start=ProjectState.PLANNING,
    edges={
        # Active when something is published, in progress when somebody is accepted.
        ProjectState.PLANNING: [ProjectState.ACTIVE, ProjectState.CANCELLED],
        ProjectState.ACTIVE: [ProjectState.IN_PROGRESS, ProjectState.ON_HOLD, *_ENDS],
        ProjectState.IN_PROGRESS: [ProjectState.ON_HOLD, *_ENDS],
        ProjectState.ON_HOLD: [ProjectState.ACTIVE, ProjectState.IN_PROGRESS, *_ENDS],
    },
)


class LegalModel(models.TextChoices):
    """How HitouchCX stands between the client and the agents of a project."""

    PRINCIPAL = "PRINCIPAL", "HitouchCX sells the service and engages the agents"
    OPERATOR = "OPERATOR", "HitouchCX only brings client and agents together"


class Project(BaseModel):
    """A budget of a client, from which its opportunities are paid."""

    State = ProjectState
    LegalModel = LegalModel

    client = models.ForeignKey(Client, related_name="projects", on_delete=models.PROTECT)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    department = models.CharField(max_length=80, blank=True)
    budget_paise = models.BigIntegerField()
    # The most that published opportunities may cost; kept by triggers of opportunities, for the
    # check constraint.
    promised_paise = models.BigIntegerField(default=0, editable=False)
    due_on = models.DateField(null=True, blank=True)
    # Decides which tax is withheld from agents, and what is billed to the client.
    legal_model = models.CharField(
        max_length=10, choices=LegalModel.choices, default=LegalModel.PRINCIPAL
    )
    state = models.CharField(
        max_length=20, choices=ProjectState.choices, default=ProjectState.PLANNING
    )
    machine = _machine

    class Meta:
        triggers = [
            *_machine.triggers(),
            *counted_by_triggers("promised_paise"),
            immutable_columns("client"),
        ]
        constraints = [
            models.CheckConstraint(
                name="project_due_in_this_century",
                condition=Q(due_on=None) | Q(due_on__range=(date(2020, 1, 1), date(2100, 1, 1))),
            ),
            models.CheckConstraint(name="project_budget_positive", condition=Q(budget_paise__gt=0)),
            models.CheckConstraint(
                name="project_promised_within_budget",
                condition=Q(promised_paise__gte=0, promised_paise__lte=F("budget_paise")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_work(self) -> bool:
        """Whether opportunities can be planned and published."""
        return self.state not in (self.State.ON_HOLD, *_ENDS)

    @property
    def is_on_hold(self) -> bool:
        return self.state == self.State.ON_HOLD

    @property
    def can_hold(self) -> bool:
        return self.machine.allows(self.state, self.State.ON_HOLD)

    @property
    def can_complete(self) -> bool:
        return self.machine.allows(self.state, self.State.COMPLETED)

    @property
    def can_cancel(self) -> bool:
        return self.machine.allows(self.state, self.State.CANCELLED)

    @property
    def free_paise(self) -> int:
        return self.budget_paise - self.promised_paise


class ProjectEvent(StateEvent):
    """One change of a project's state."""

    subject = models.ForeignKey(Project, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass
