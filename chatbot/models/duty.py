"""Members of support and when they are on duty; hours, holidays and targets of support."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from chatbot.models.languages import HelpLanguage
from chatbot.models.tickets import TicketPriority
from hitouch.core.db.base_models import BaseModel


def all_languages() -> list[str]:
    """Codes of all languages."""
    return list(HelpLanguage.values)


class SupportMember(BaseModel):
    """What a member of support can answer, and how many tickets at a time."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, related_name="support_member", on_delete=models.CASCADE
    )
    languages = ArrayField(
        models.CharField(max_length=8, choices=HelpLanguage.choices), default=all_languages
    )
    skills = ArrayField(
        models.SlugField(max_length=30),
        default=list,
        blank=True,
        help_text="Skills of FAQ categories. Topics without a skill need none.",
    )
    capacity = models.PositiveSmallIntegerField(
        default=5, help_text="Most tickets assigned automatically at a time."
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.user)


class SupportDuty(BaseModel):
    """A period in which a member was on duty."""

    member = models.ForeignKey(SupportMember, related_name="duties", on_delete=models.CASCADE)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "support duties"
        constraints = [
            models.UniqueConstraint(
                name="duty_one_now", fields=["member"], condition=Q(until=None)
            ),
            models.CheckConstraint(
                name="duty_ends_after_its_start", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} since {self.since}"


class SupportHours(BaseModel):
    """A period of a weekday in which support works, in Indian time. A day may have several."""

    weekday = models.PositiveSmallIntegerField(
        choices=[
            (0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"),
            (5, "Saturday"), (6, "Sunday"),
        ],
        validators=[MinValueValidator(0), MaxValueValidator(6)],
    )  # fmt: skip
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "support hours"
        constraints = [
            models.CheckConstraint(
                name="hours_close_after_opening", condition=Q(closes__gt=F("opens"))
            ),
            models.CheckConstraint(name="hours_weekday", condition=Q(weekday__lte=6)),
            models.UniqueConstraint(name="hours_once", fields=["weekday", "opens"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class SupportHoliday(BaseModel):
    """A day on which support does not work."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


class ServiceTarget(BaseModel):
    """Working minutes within which a ticket of a priority is to be answered and resolved."""

    priority = models.PositiveSmallIntegerField(choices=TicketPriority.choices, unique=True)
    first_response_minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    next_response_minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    resolution_minutes = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    def __str__(self) -> str:
        return f"Targets of {self.get_priority_display().lower()} priority"
