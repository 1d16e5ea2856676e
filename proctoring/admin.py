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
from accounts.models import Agent
from accounts.permissions import authenticated_user
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusals_to
from proctoring import queries
from proctoring.console import services as console
from proctoring.delivery import accommodations, rescue
from proctoring.grading import admin as grading_admin  # noqa: F401
from proctoring.invitations import services as services
from proctoring.item_bank import admin as item_bank_admin  # noqa: F401
from proctoring.models import (
    Accommodation,
    Assessment,
    Intervention,
    Invitation,
    MonitoringDemand,
    Observation,
    RescueFile,
    Section,
    Sitting,
)
from proctoring.policies import admin as policies_admin  # noqa: F401
from proctoring.review import admin as review_admin  # noqa: F401
from proctoring.review import services as review
from proctoring.scales import admin as scales_admin  # noqa: F401

OBSERVATION_FIELDS: Any = [
    "number",
    "message",
    "origin",
    "count",
    "outcome",
    "client_at",
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


class ObservationInline(admin.TabularInline):
    """The observations of a sitting, in order, with the ruling that counts."""

    model = Observation
    fields = OBSERVATION_FIELDS
    readonly_fields = OBSERVATION_FIELDS
    ordering = ["number"]
    extra = 0
    can_delete = False
    verbose_name_plural = "Recorded events"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Observation]:
        return Observation.objects.with_rulings()

    @admin.display(description="Ruling")
    def outcome(self, observation: Observation) -> str:
        ruling = observation.ruling
        if ruling is None:
            return ""
        words = [ruling.get_severity_display(), ruling.get_standing_display()]
        return ", ".join([*words, f"{ruling.points} points"] if ruling.points else words)


class DecideForm(ActionForm):
    """Action form with a reason, shown beside the action."""

    reason = forms.CharField(required=False, label="Reason (to cancel a result, to add time)")
    minutes = forms.IntegerField(required=False, label="Minutes to add")


@admin.register(Sitting)
class SittingAdmin(ProctorReadOnlyAdmin):
    """Sittings, with actions to confirm or cancel results and to grant an attempt."""

    list_display = ["agent", "assessment", "number", "state", "level", "score", "graded_at"]
    list_filter = ["state", "level", "end_reason"]
    search_by = (admin_search.names("agent"), admin_search.email("agent__user__email"))
    ordering = ["-created_at"]
    list_select_related = ["agent__user", "assessment"]
    actions = ["clear", "void", "grant_attempt", "add_time"]
    action_form = DecideForm
    inlines = [ObservationInline]
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

    @admin.action(description="Add time to the open section (needs minutes and a reason)")
    def add_time(self, request: HttpRequest, sittings: QuerySet[Sitting]) -> None:
        minutes, why = request.POST.get("minutes", ""), request.POST.get("reason", "").strip()
        if not why:
            messages.error(request, "Say why the time is added. The candidate reads it.")
            return
        facts = {
            "minutes": int(minutes) if minutes.isdecimal() and len(minutes) < 4 else 0,
            "reason": Intervention.Reason.OTHER,
            "text": why,
        }
        self._apply_to_each(request, sittings, console.add_time, **facts)

    def _apply_to_each(
        self, request: HttpRequest, sittings: QuerySet[Sitting], service: Any, **facts: Any
    ) -> None:
        for sitting in sittings:
            try:
                service(sitting=sitting, by=request.user, at=timezone.now(), **facts)
                messages.success(request, f"{sitting.agent}: done.")
            except Refusal as refusal:
                messages.error(request, f"{sitting.agent}: {refusal}")


class RescueActionForm(ActionForm):
    """Action form with the reason of the decision."""

    reason = forms.CharField(required=False, label="Reason")


class AccommodationAdminForm(forms.ModelForm):
    """An accommodation; the refusals of the service are shown beside the fields."""

    agent = forms.ModelChoiceField(
        Agent.objects.all(),
        widget=forms.TextInput,
        help_text="The ID at the end of the address of the agent's page.",
        error_messages={"invalid_choice": "There is no agent with this ID."},
    )
    waives = forms.MultipleChoiceField(
        choices=MonitoringDemand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Lifted demands",
        help_text="They count for assessments that are opened from now on.",
    )

    class Meta:
        model = Accommodation
        fields = [
            "agent", "extra_percent", "break_minutes", "waives", "reason", "valid_from", "until",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask the service whether this can be granted."""
        found = super().clean() or {}
        if not self.errors:
            facts = {name: value for name, value in found.items() if name != "agent"}
            with add_refusals_to(self):
                accommodations.check_accommodation(**facts, at=timezone.now())
        return found


@admin.register(Accommodation)
class AccommodationAdmin(ProctorReadOnlyAdmin):
    """More time, breaks and lifted demands for agents who need them."""

    form = AccommodationAdminForm
    list_display = [
        "agent", "extra_percent", "break_minutes", "waives", "valid_from", "until", "revoked_at",
    ]  # fmt: skip
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent__user"]
    ordering = ["-created_at", "-id"]
    actions = ["revoke"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Proctors grant accommodations."""
        return self.has_role(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Grant it through the service."""
        granted = accommodations.grant_accommodation(
            **form.cleaned_data, by=authenticated_user(request), at=timezone.now()
        )
        obj.pk = granted.pk

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, rows: QuerySet[Accommodation]) -> None:
        for row in rows:
            accommodations.revoke_accommodation(
                accommodation=row, by=authenticated_user(request), at=timezone.now()
            )
            messages.success(request, f"{row.agent}: revoked.")


@admin.register(RescueFile)
class RescueFileAdmin(ProctorReadOnlyAdmin):
    """Answers that agents could not send in time, with the decision whether they count."""

    list_display = ["sitting", "uploaded_at", "state", "counts", "decided_at", "reason"]
    search_by = (admin_search.names("sitting__agent"),)
    list_select_related = ["sitting__agent__user", "sitting__assessment"]
    ordering = ["-uploaded_at", "-id"]
    exclude = ["file"]
    actions = ["admit", "refuse"]
    action_form = RescueActionForm

    @admin.action(description="Let the answers count (needs a reason)")
    def admit(self, request: HttpRequest, rows: QuerySet[RescueFile]) -> None:
        self._decide(request, rows, rescue.admit_rescue)

    @admin.action(description="Refuse (needs a reason)")
    def refuse(self, request: HttpRequest, rows: QuerySet[RescueFile]) -> None:
        self._decide(request, rows, rescue.refuse_rescue)

    def _decide(self, request: HttpRequest, rows: QuerySet[RescueFile], service: Any) -> None:
        reason = request.POST.get("reason", "")
        for row in rows:
            try:
                user = authenticated_user(request)
                service(rescue=row, reason=reason, by=user, at=timezone.now())
                messages.success(request, f"{row.sitting}: done.")
            except Refusal as refusal:
                messages.error(request, f"{row.sitting}: {refusal}")


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
