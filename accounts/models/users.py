"""Users, with their contacts and status, and agents."""

import json
from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.access_guard import access_guard
from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.word_search import words_index
from hitouch.core.fields import EncryptedTextField
from hitouch.core.masking import mask_contact
from hitouch.core.models import StoredFile

ADMIN_ROLE = "admin"


class UserQuerySet(models.QuerySet["User"]):
    """Filters by contact."""

    def with_contact(self, contact: str) -> "UserQuerySet":
        """The user with this normalised e-mail address or phone number; at most one."""
        return self.filter(Q(email=contact) if "@" in contact else Q(phone=contact))


class UserManager(BaseUserManager["User"]):
    """Query methods only; accounts are created by the services of authentication and staff."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_contact(self, contact: str) -> UserQuerySet:
        """The user with this normalised e-mail address or phone number; at most one."""
        return self.get_queryset().with_contact(contact)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user who logs in with this contact."""
        return self.get_queryset().with_contact(username or "").get()


class Status(models.TextChoices):
    """Status of an account; only an active one can log in."""

    PENDING = "PENDING", "No password yet"
    ACTIVE = "ACTIVE", "Active"
    SUSPENDED = "SUSPENDED", "Suspended"
    CLOSED = "CLOSED", "Closed"


class User(BaseModel, AbstractBaseUser, PermissionsMixin):
    """An account, identified by e-mail address or phone number."""

    Status = Status

    email = models.EmailField(null=True, blank=True)
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164")
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    is_staff = models.BooleanField(default=False)
    locale = models.CharField(max_length=8, default="en-in")
    last_login = models.DateTimeField(null=True, blank=True)
    #: Counts how often all sessions were ended, so that a log-in that began before is recognised.
    login_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
            models.UniqueConstraint("phone", name="one_user_per_phone"),
            models.CheckConstraint(
                name="user_has_a_contact",
                condition=Q(email__isnull=False) | Q(phone__isnull=False) | Q(status="CLOSED"),
            ),
            models.CheckConstraint(
                name="user_email_is_lower_case",
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
            ),
            models.CheckConstraint(
                name="user_phone_is_e164",
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{7,14}$"),
            ),
        ]
        indexes = [
            models.Index(name="user_newest", fields=["-created_at", "-id"]),
            models.Index(name="user_by_status", fields=["status", "-created_at", "-id"]),
            models.Index(
                name="user_staff", fields=["-created_at", "-id"], condition=Q(is_staff=True)
            ),
            models.Index(
                name="user_email_beginning", fields=["email"], opclasses=["varchar_pattern_ops"]
            ),
        ]
        triggers = [
            access_guard(
                name="staff_by_request",
                operation=pgtrigger.Update,
                person="id",
                condition=pgtrigger.Q(old__is_staff__df=pgtrigger.F("new__is_staff"))
                | pgtrigger.Q(old__is_superuser__df=pgtrigger.F("new__is_superuser")),
            ),
            access_guard(
                name="no_new_staff",
                operation=pgtrigger.Insert,
                person="id",
                condition=pgtrigger.Q(new__is_staff=True) | pgtrigger.Q(new__is_superuser=True),
            ),
        ]

    def __str__(self) -> str:
        agent = self.agent_or_none
        return (agent.name if agent else "") or mask_contact(self.contact)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Checked by Django and allauth before a log-in."""
        return self.status == self.Status.ACTIVE

    def check_password(self, raw_password: str) -> bool:
        """Whether this is the password.

        A hash of older parameters is replaced only while it is still the stored one: otherwise a
        log-in that compared the old password would put it back after a reset.
        """

        def upgrade(password: str) -> None:
            encoded, stored = make_password(password), User.objects.filter(pk=self.pk)
            if stored.filter(password=self.password).update(password=encoded):
                self.password = encoded

        return check_password(raw_password, self.password, upgrade)

    @property
    def login_stamp(self) -> str:
        """Changes with the password, and whenever all sessions are ended."""
        return f"{self.login_epoch}:{self.get_session_auth_hash()}"

    @property
    def name(self) -> str:
        """The agent's name, or the contact while there is none."""
        agent = self.agent_or_none
        return (agent.name if agent else "") or self.contact

    @property
    def contact(self) -> str:
        """The contact to show and to write to: the e-mail address if there is one."""
        return self.email or self.phone or ""

    @property
    def contacts(self) -> list[str]:
        """All contacts: the e-mail address and the phone number that there are."""
        return [contact for contact in (self.email, self.phone) if contact]

    @property
    def agent_or_none(self) -> "Agent | None":
        """The agent of the account; staff and client members have none."""
        return getattr(self, "agent", None)

    @property
    def role_names(self) -> frozenset[str]:
        """The staff roles of `roles.yaml` that the user has; queried once per instance."""
        if not hasattr(self, "_role_names"):
            names = self.groups.values_list("name", flat=True) if self.is_staff else ()
            self._role_names = frozenset(names)
        return self._role_names

    @property
    def has_admin_rights(self) -> bool:
        """Whether the account can do everything that staff can; also while it is suspended."""
        is_admin = self.is_staff and self.groups.filter(name=ADMIN_ROLE).exists()
        return self.is_superuser or is_admin

    def has_role(self, *roles: str) -> bool:
        """Whether the user is staff in one of these roles; the admin role includes all."""
        return bool(self.role_names & {*roles, ADMIN_ROLE})


#: The columns of an agent's name, in the order of `Agent.name`.
NAME_COLUMNS = ("given_name", "family_name")


class Agent(BaseModel):
    """A freelancer who serves customers of other companies."""

    class Shift(models.TextChoices):
        MORNING = "MORNING", "Morning, 6 am to 2 pm"
        DAY = "DAY", "Day, 9 am to 6 pm"
        EVENING = "EVENING", "Evening, 2 pm to 10 pm"
        NIGHT = "NIGHT", "Night, 10 pm to 6 am"
        ANY = "ANY", "Any time"

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="agent")
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    birth_on = EncryptedTextField()
    current_address_sealed = EncryptedTextField()
    permanent_address_sealed = EncryptedTextField()
    photo = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shift = models.CharField(max_length=10, choices=Shift.choices, blank=True)
    hours_a_day = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    bio = models.TextField(max_length=1000, blank=True)
    level = models.CharField(max_length=2, choices=CEFR.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agent_hours_a_day_1_to_24",
                condition=Q(hours_a_day__isnull=True) | Q(hours_a_day__range=(1, 24)),
            )
        ]
        indexes = [
            GinIndex(name="agent_skills", fields=["skills"]),
            GinIndex(name="agent_languages", fields=["languages"]),
            words_index("agent_names", *NAME_COLUMNS),
            models.Index(name="agent_newest", fields=["-created_at", "-id"]),
            models.Index(name="agent_by_level", fields=["level", "-created_at", "-id"]),
            models.Index(name="agent_by_shift", fields=["shift", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name or "New agent"

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def birth_date(self) -> date | None:
        """The day of birth."""
        return date.fromisoformat(self.birth_on) if self.birth_on else None

    @property
    def current_address(self) -> dict[str, Any]:
        """line1, line2, city, state, pin; empty while not given."""
        return json.loads(self.current_address_sealed or "{}")

    @current_address.setter
    def current_address(self, address: dict[str, Any]) -> None:
        self.current_address_sealed = json.dumps(address)

    @property
    def permanent_address(self) -> dict[str, Any]:
        """The same shape as the current address."""
        return json.loads(self.permanent_address_sealed or "{}")

    @permanent_address.setter
    def permanent_address(self, address: dict[str, Any]) -> None:
        """The same keys as the current address."""
        self.permanent_address_sealed = json.dumps(address)
