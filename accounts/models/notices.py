"""Notices: what a person was told, how they want to be told, and when not."""

from datetime import datetime, time

from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.db.base_models import BaseModel
from hitouch.core.fields import EncryptedTextField
from hitouch.core.quiet_hours import QuietHours

QUIET_FROM, QUIET_UNTIL = time(21), time(9)
#: The hour of the day, in India, of a daily summary unless the person chose another.
DIGEST_HOUR = 18


class NoticeCategory(models.TextChoices):
    """What notices are about. A person chooses channels for each."""

    SECURITY = "SECURITY", "Account security"
    LEGAL = "LEGAL", "Agreements"
    ONBOARDING = "ONBOARDING", "Documents, tests and clearance"
    APPLICATIONS = "APPLICATIONS", "Applications"
    SHIFTS = "SHIFTS", "Shifts"
    WORK = "WORK", "Gigs and work"
    DISPUTES = "DISPUTES", "Disputes"
    MONEY = "MONEY", "Money"
    SUPPORT = "SUPPORT", "Help and tickets"


#: Categories that cannot be turned off, nor put into a daily summary.
MANDATORY_CATEGORIES = frozenset({NoticeCategory.SECURITY, NoticeCategory.LEGAL})


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Filters by time, reading and digest."""

    def posted(self, now: datetime) -> "NoticeQuerySet":
        """Those that can be seen by now."""
        return self.filter(at__lte=now)

    def unread(self) -> "NoticeQuerySet":
        """Not marked as read."""
        return self.filter(read_at=None)

    def of_digest(self, now: datetime) -> "NoticeQuerySet":
        """Those that wait for a daily summary that is due."""
        return self.filter(digest_at__lte=now, digested_at=None)


class Notice(BaseModel):
    """Something that a person was told. It is on their page, whatever mail and SMS do."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=100, help_text="The name of its text, as in kinds.yaml.")
    category = models.CharField(max_length=12, choices=NoticeCategory.choices)
    title = EncryptedTextField()
    text = EncryptedTextField()
    path = models.CharField(max_length=300, blank=True, help_text="The page that it leads to.")
    about = models.CharField(
        max_length=64, blank=True, help_text="The row it is about, for what overtakes it."
    )
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    digest_at = models.DateTimeField(
        null=True, help_text="When the summary is due that it goes into instead of a mail."
    )
    digested_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="notice_newest", fields=["user", "-at", "-id"]),
            models.Index(name="notice_unread", fields=["user"], condition=Q(read_at=None)),
            models.Index(
                name="notice_digest",
                fields=["digest_at", "user"],
                condition=Q(digest_at__isnull=False, digested_at=None),
            ),
            models.Index(name="notice_old", fields=["at", "id"]),
            models.Index(name="notice_all_newest", fields=["-at", "-id"]),
            models.Index(name="notice_by_category", fields=["category", "-at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_category_known", condition=Q(category__in=NoticeCategory.values)
            ),
            models.CheckConstraint(
                name="notice_digested_when_due",
                condition=Q(digested_at=None) | Q(digest_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_mandatory_not_in_digest",
                condition=Q(digest_at=None) | ~Q(category__in=sorted(MANDATORY_CATEGORIES)),
            ),
            models.CheckConstraint(
                name="notice_path_is_ours", condition=Q(path="") | Q(path__startswith="/")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}: {self.kind}"

    @property
    def is_read(self) -> bool:
        """Whether the person marked it as read, or opened it."""
        return self.read_at is not None


class NoticeSettings(BaseModel):
    """When a person wants no messages, and when their daily summary; without a row the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings"
    )
    has_quiet_hours = models.BooleanField(default=True)
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    digest_hour = models.PositiveSmallIntegerField(default=DIGEST_HOUR)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_digest_hour_of_day", condition=Q(digest_hour__lte=23)
            ),
        ]

    def __str__(self) -> str:
        return f"quiet from {self.quiet_from:%H:%M} until {self.quiet_until:%H:%M}"

    @property
    def quiet_hours(self) -> QuietHours | None:
        """The hours in which messages that are not urgent wait, if the person has any."""
        return QuietHours(self.quiet_from, self.quiet_until) if self.has_quiet_hours else None


class NoticePreference(BaseModel):
    """How a person wants the notices of one category. Without a row: by mail, each by itself."""

    class Mail(models.TextChoices):
        EACH = "EACH", "A mail for each"
        DAILY = "DAILY", "One mail a day"
        OFF = "OFF", "No mail"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences"
    )
    category = models.CharField(max_length=12, choices=NoticeCategory.choices)
    mail = models.CharField(max_length=5, choices=Mail.choices, default=Mail.EACH)
    sms = models.BooleanField(null=True, help_text="Empty: only while there is no mail address.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_notice_preference_per_category", fields=["user", "category"]
            ),
            models.CheckConstraint(
                name="notice_mail_choice_known", condition=Q(mail__in=["EACH", "DAILY", "OFF"])
            ),
            models.CheckConstraint(
                name="notice_mandatory_has_no_preference",
                condition=Q(category__in=NoticeCategory.values)
                & ~Q(category__in=sorted(MANDATORY_CATEGORIES)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}: {self.get_mail_display().lower()}"
