"""Admin of time at work: sessions and corrections to read, waivers to record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts import admin_search
from accounts.models import Agent
from accounts.permissions import authenticated_user
from gigs.clients.admin import OperationsAdmin
from gigs.fields import MomentField
from gigs.models import TimeCorrection, Waiver, WorkSession
from gigs.shifts import services as shift_services
from hitouch.core.web.forms import add_refusals_to


@admin.register(WorkSession)
class WorkSessionAdmin(OperationsAdmin):
    """Work sessions, from clock-in to clock-out."""

    list_display = ["agent", "gig", "started_at", "ended_at", "ended_by", "is_replaced", "work"]
    list_filter = ["ended_by"]
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent", "gig", "work__gig"]
    ordering = ["-started_at"]


@admin.register(TimeCorrection)
class TimeCorrectionAdmin(OperationsAdmin):
    """Hours that one side proposed and the other agreed to or refused."""

    list_display = ["claim", "side", "started_at", "ended_at", "state", "reason"]
    list_filter = ["state"]
    search_by = (admin_search.names("claim__agent"),)
    list_select_related = ["claim__agent", "claim__slot__opportunity"]
    ordering = ["-created_at"]


class WaiverForm(forms.ModelForm):
    """A waiver; the refusals of the service are shown beside the fields."""

    agent = forms.ModelChoiceField(
        Agent.objects.all(),
        label="Agent",
        required=False,
        widget=forms.TextInput,
        help_text="The ID at the end of the address of the agent's page. Empty: for everybody.",
        error_messages={"invalid_choice": "There is no agent with this ID."},
    )
    starts_at = MomentField(label="From")
    ends_at = MomentField(label="Until")

    class Meta:
        model = Waiver
        fields = ["agent", "starts_at", "ends_at", "reason"]

    def clean(self) -> dict[str, Any]:
        """Ask the service whether this can be recorded."""
        found = super().clean() or {}
        if not self.errors:
            with add_refusals_to(self):
                shift_services.check_waiver(
                    **found, by=self.instance.recorded_by, at=timezone.now()
                )
        return found


@admin.register(Waiver)
class WaiverAdmin(OperationsAdmin):
    """Times that count against nobody, such as outages. Recorded once, never changed."""

    form = WaiverForm
    list_display = ["starts_at", "ends_at", "agent", "reason", "recorded_by"]
    list_select_related = ["agent", "recorded_by__agent"]
    ordering = ["-created_at"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """The role operations records waivers."""
        return self.has_run_permission(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form knows who records the waiver."""
        form = super().get_form(request, obj, change=change, **kwargs)
        user = authenticated_user(request)

        class Form(form):  # type: ignore[misc,valid-type]
            def __init__(self, *args: Any, **inner: Any) -> None:
                super().__init__(*args, **inner)
                if self.instance.recorded_by_id is None:
                    self.instance.recorded_by = user

        return Form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Record it through the service, which excuses the shifts missed in it."""
        recorded = shift_services.record_waiver(
            **form.cleaned_data, by=authenticated_user(request), at=timezone.now()
        )
        obj.pk = recorded.pk
