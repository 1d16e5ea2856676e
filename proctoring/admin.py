"""Sittings in the admin: read, cleared, voided; never edited."""

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

from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from proctoring import queries
from proctoring.models import Assessment, Invitation, MonitoringEvent, Question, Section, Sitting
from proctoring.services import invitations as services
from proctoring.services import review

SEEN: Any = ["number", "said", "severity", "standing", "points", "browser_at", "received_at"]
FACTS: Any = [
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
    """Viewed by proctors."""

    allowed_roles = ("proctor",)


class SeenInline(admin.TabularInline):
    """What was seen, in order."""

    model = MonitoringEvent
    fields = SEEN
    readonly_fields = SEEN
    ordering = ["number"]
    extra = 0
    can_delete = False
    verbose_name_plural = "Recorded events"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class DecideForm(ActionForm):
    """The reason stands beside the action."""

    reason = forms.CharField(required=False, label="Reason (to cancel a result)")


@admin.register(Sitting)
class SittingAdmin(ProctorReadOnlyAdmin):
    """Sittings, and what a proctor decides about them."""

    list_display = ["agent", "assessment", "number", "state", "level", "score", "graded_at"]
    list_filter = ["state", "level", "end_reason"]
    search_fields = ["agent__given_name", "agent__family_name", "agent__user__email"]
    ordering = ["-created_at"]
    list_select_related = ["agent__user", "assessment"]
    actions = ["clear", "void", "grant_attempt"]
    action_form = DecideForm
    inlines = [SeenInline]
    fields = FACTS
    readonly_fields = FACTS

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
            f"{row.position}. ({row.question.level}) {row.given or 'no answer'}: "
            f"{'correct' if row.right else 'incorrect'}"
            for row in queries.questions_of(sitting)
        )

    @admin.action(description="Confirm result")
    def clear(self, request: HttpRequest, chosen: QuerySet[Sitting]) -> None:
        self._each(request, chosen, review.clear_sitting)

    @admin.action(description="Cancel result (needs a reason)")
    def void(self, request: HttpRequest, chosen: QuerySet[Sitting]) -> None:
        self._each(request, chosen, review.void_sitting, reason=request.POST.get("reason", ""))

    @admin.action(description="Grant one more attempt")
    def grant_attempt(self, request: HttpRequest, chosen: QuerySet[Sitting]) -> None:
        self._each(request, chosen, services.grant_attempt)

    def _each(
        self, request: HttpRequest, chosen: QuerySet[Sitting], act: Any, **facts: str
    ) -> None:
        for sitting in chosen:
            try:
                act(sitting=sitting, by=request.user, at=timezone.now(), **facts)
                messages.success(request, f"{sitting.agent}: done.")
            except Refusal as refusal:
                messages.error(request, f"{sitting.agent}: {refusal}")


class SectionInline(admin.TabularInline):
    """The sections of a test."""

    model = Section
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Assessment)
class AssessmentAdmin(ProctorReadOnlyAdmin):
    """Tests and their sections."""

    list_display = ["title", "version", "kind", "pass_level", "state"]
    ordering = ["code", "-version"]
    inlines = [SectionInline]


@admin.register(Question)
class QuestionAdmin(ProctorReadOnlyAdmin):
    """The bank."""

    list_display = ["code", "kind", "level", "text", "active"]
    list_filter = ["kind", "level", "active"]
    search_fields = ["code", "text"]
    ordering = ["code"]


@admin.register(Invitation)
class InvitationAdmin(ProctorReadOnlyAdmin):
    """Who may sit what."""

    list_display = ["agent", "assessment", "why", "until", "created_at"]
    list_select_related = ["agent__user", "assessment"]
    ordering = ["-created_at"]
