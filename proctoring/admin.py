"""Admin of proctoring: read-only lists, and the decisions of proctors on sittings.

The admin of the features stands in their packages.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import admin_search
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from proctoring import queries
from proctoring.invitations import services as services
from proctoring.item_bank import admin as item_bank_admin  # noqa: F401
from proctoring.models import Assessment, Invitation, MonitoringEvent, Section, Sitting
from proctoring.review import services as review

EVENT_FIELDS: Any = [
    "number",
    "message",
    "severity",
    "standing",
    "points",
    "browser_at",
    "received_at",
]
SITTING_FIELDS: Any = [
    "case",
    "photos",
    "agent",
    "assessment",
    "number",
    "state",
    "begun_at",
    "ended_at",
    "end_reason",
    "score",
    "level",
    "decision_reason",
    "answers",
]


class ProctorReadOnlyAdmin(ReadOnlyAdmin):
    """Base admin: proctors may view."""

    allowed_roles = ("proctor",)


class MonitoringEventInline(admin.TabularInline):
    """The recorded events of a sitting, in order."""

    model = MonitoringEvent
    fields = EVENT_FIELDS
    readonly_fields = EVENT_FIELDS
    ordering = ["number"]
    extra = 0
    can_delete = False
    verbose_name_plural = "Recorded events"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class DecideForm(ActionForm):
    """Action form with a reason, shown beside the action."""

    reason = forms.CharField(required=False, label="Reason (to cancel a result)")


@admin.register(Sitting)
class SittingAdmin(ProctorReadOnlyAdmin):
    """Sittings, with actions to confirm or cancel results and to grant an attempt."""

    list_display = ["agent", "assessment", "number", "state", "level", "score", "graded_at"]
    list_filter = ["state", "level", "end_reason"]
    search_by = (admin_search.names("agent"), admin_search.email("agent__user__email"))
    ordering = ["-created_at"]
    list_select_related = ["agent__user", "assessment"]
    actions = ["clear", "void", "grant_attempt"]
    action_form = DecideForm
    inlines = [MonitoringEventInline]
    fields = SITTING_FIELDS
    readonly_fields = SITTING_FIELDS

    @admin.display(description="Assessment photo and profile photo")
    def photos(self, sitting: Sitting) -> SafeString:
        links = [
            reverse(f"proctoring:{name}", args=[sitting.pk])
            for name in ("case-photo", "case-profile-photo")
        ]
        return format_html(
            '<img src="{}" alt="Photo taken before the assessment" height="180"> '
            '<img src="{}" alt="Profile photo" height="180">',
            *links,
        )

    @admin.display(description="Review")
    def case(self, sitting: Sitting) -> SafeString:
        return format_html(
            '<a href="{}">Open review page</a>',
            reverse("proctoring:case", args=[sitting.pk]),
        )

    @admin.display(description="Answers")
    def answers(self, sitting: Sitting) -> str:
        return "\n".join(
            f"{row.position}. ({row.version.item.level}) {row.given or 'no answer'}: "
            f"{'correct' if row.correct else 'incorrect'}"
            for row in queries.questions_of(sitting)
        )

    @admin.action(description="Confirm result")
    def clear(self, request: HttpRequest, sittings: QuerySet[Sitting]) -> None:
        self._apply_to_each(request, sittings, review.clear_sitting)

    @admin.action(description="Cancel result (needs a reason)")
    def void(self, request: HttpRequest, sittings: QuerySet[Sitting]) -> None:
        self._apply_to_each(
            request, sittings, review.void_sitting, reason=request.POST.get("reason", "")
        )

    @admin.action(description="Grant one more attempt")
    def grant_attempt(self, request: HttpRequest, sittings: QuerySet[Sitting]) -> None:
        self._apply_to_each(request, sittings, services.grant_attempt)

    def _apply_to_each(
        self, request: HttpRequest, sittings: QuerySet[Sitting], service: Any, **facts: str
    ) -> None:
        for sitting in sittings:
            try:
                service(sitting=sitting, by=request.user, at=timezone.now(), **facts)
                messages.success(request, f"{sitting.agent}: done.")
            except Refusal as refusal:
                messages.error(request, f"{sitting.agent}: {refusal}")


class SectionInline(admin.TabularInline):
    """The sections of an assessment."""

    model = Section
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Assessment)
class AssessmentAdmin(ProctorReadOnlyAdmin):
    """Assessments and their sections."""

    list_display = ["title", "version", "kind", "pass_level", "state"]
    ordering = ["code", "-version"]
    inlines = [SectionInline]


@admin.register(Invitation)
class InvitationAdmin(ProctorReadOnlyAdmin):
    """Invitations: who may take which assessment."""

    list_display = ["agent", "assessment", "why", "until", "created_at"]
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent__user", "assessment"]
    ordering = ["-created_at"]
