"""Admin of the support desk: tickets (read-only), members, hours, holidays, targets, replies."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts import admin_search
from accounts.models import User
from chatbot.desk import canned, clocks, timeline
from chatbot.desk.refusals import HoursOverlap
from chatbot.models import (
    CannedReply,
    FaqCategory,
    HelpLanguage,
    ServiceTarget,
    SupportHoliday,
    SupportHours,
    SupportMember,
    Ticket,
)
from hitouch.core.admin import ReadOnlyAdmin, SupportAdmin
from hitouch.core.web.admin_lists import Column, Words


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Support tickets, oldest first. Each leads to the desk, where support works on it."""

    allowed_roles = ("support",)
    list_display = ["subject", "user", "state", "priority", "member", "opened_at", "at_the_desk"]
    list_filter = ["state", "priority", "language"]
    search_by = (
        Words("the beginnings of words of the subject", ("subject",)),
        Column("the id of a ticket", "pk"),
        admin_search.names("user__agent"),
    )
    list_select_related = ["user__agent", "assigned_to__agent"]
    ordering = ["opened_at"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The ticket's page at the desk."""
        if self.get_object(request, object_id) is None or not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("chatbot:desk-ticket", object_id)

    @admin.display(description="Member")
    def member(self, ticket: Ticket) -> str:
        return timeline.staff_name(ticket.assigned_to) if ticket.assigned_to else "Nobody"

    @admin.display(description="Desk")
    def at_the_desk(self, ticket: Ticket) -> str:
        url = reverse("chatbot:desk-ticket", args=[ticket.pk])
        return format_html('<a href="{}">{}</a>', url, ticket.reference)


class SettingsAdmin(SupportAdmin):
    """Settings of the desk, a few rows each; support changes and removes them."""

    list_per_page = 100

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Support removes rows."""
        return self.has_role(request)

    def get_actions(self, request: HttpRequest) -> Any:
        """Rows are removed one by one, on their page."""
        return {}


class SupportMemberForm(forms.ModelForm):
    """A member: staff in the role, languages, skills of topics, capacity."""

    languages = forms.MultipleChoiceField(
        choices=HelpLanguage.choices, widget=forms.CheckboxSelectMultiple
    )
    skills = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Topics that ask for a skill go only to members who have it.",
    )

    class Meta:
        model = SupportMember
        fields = ["user", "languages", "skills", "capacity", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = set(FaqCategory.objects.exclude(skill="").values_list("skill", flat=True))
        known = sorted(found | set(self.instance.skills or []))
        self.fields["skills"].choices = [(skill, skill) for skill in known]  # type: ignore[attr-defined]
        if "user" in self.fields:
            staff = User.objects.filter(is_staff=True, groups__name__in=["support", "admin"])
            self.fields["user"].queryset = staff.distinct()  # type: ignore[attr-defined]


@admin.register(SupportMember)
class SupportMemberAdmin(SettingsAdmin):
    """Members of support: what each can answer, and how many tickets at a time."""

    form = SupportMemberForm
    list_display = ["member", "spoken", "known", "capacity", "is_active"]
    list_select_related = ["user__agent"]
    ordering = ["user__email"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Members are set inactive: their duties are kept."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A member stays the same account."""
        return ["user"] if obj else []

    @admin.display(description="Member", ordering="user__email")
    def member(self, row: SupportMember) -> str:
        return timeline.staff_name(row.user)

    @admin.display(description="Languages")
    def spoken(self, row: SupportMember) -> str:
        return ", ".join(str(HelpLanguage(each).label) for each in row.languages)

    @admin.display(description="Skills")
    def known(self, row: SupportMember) -> str:
        return ", ".join(row.skills) or "None"


class CalendarAdmin(SettingsAdmin):
    """What the due moments of all open tickets follow from: they are computed anew."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the row, and write the due moments."""
        super().save_model(request, obj, form, change)
        clocks.recompute_all(now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row, and write the due moments."""
        super().delete_model(request, obj)
        clocks.recompute_all(now=timezone.now())


class SupportHoursForm(forms.ModelForm):
    """A period of a weekday that overlaps no other one."""

    class Meta:
        model = SupportHours
        fields = ["weekday", "opens", "closes"]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or overlaps another one of the day."""
        found = super().clean() or self.cleaned_data
        opens, closes = found.get("opens"), found.get("closes")
        if opens and closes:
            others = SupportHours.objects.exclude(pk=self.instance.pk)
            others = others.filter(weekday=found.get("weekday", -1))
            if closes <= opens or others.filter(opens__lt=closes, closes__gt=opens).exists():
                raise forms.ValidationError(HoursOverlap.message, code="hours_overlap")
        return found


@admin.register(SupportHours)
class SupportHoursAdmin(CalendarAdmin):
    """Hours of support, in Indian time; a day may have several periods."""

    form = SupportHoursForm
    list_display = ["weekday", "opens", "closes"]
    ordering = ["weekday", "opens"]


@admin.register(SupportHoliday)
class SupportHolidayAdmin(CalendarAdmin):
    """Days on which support does not work."""

    list_display = ["day", "name"]
    ordering = ["-day"]
    date_hierarchy = "day"


@admin.register(ServiceTarget)
class ServiceTargetAdmin(CalendarAdmin):
    """Working minutes of each priority until the first answer, the next one, and the end."""

    list_display = [
        "priority", "first_response_minutes", "next_response_minutes", "resolution_minutes"
    ]  # fmt: skip
    ordering = ["-priority"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Each priority has one row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Each priority keeps its row."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The priority of a row stays."""
        return ["priority"] if obj else []


class CannedReplyForm(forms.ModelForm):
    """A canned reply whose placeholders are known."""

    class Meta:
        model = CannedReply
        fields = ["title", "text", "language", "category", "position", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            known = ", ".join(
                "{{ " + name + " }}: " + says for name, says in canned.PLACEHOLDERS.items()
            )
            self.fields["text"].help_text = f"Placeholders: {known}."

    def clean_text(self) -> str:
        """Refuse placeholders that nothing is filled in for."""
        text: str = self.cleaned_data["text"]
        if unknown := canned.unknown_placeholders(text):
            raise forms.ValidationError(
                f"Unknown placeholder: {', '.join(unknown)}.", code="unknown"
            )
        return text


@admin.register(CannedReply)
class CannedReplyAdmin(SettingsAdmin):
    """Canned replies, with how often each was used."""

    form = CannedReplyForm
    list_display = ["title", "language", "category", "is_active", "uses"]
    list_filter = ["language", "is_active", "category"]
    list_select_related = ["category"]
    search_by = (Words("the beginnings of words of the title", ("title",)),)
    sortable_by = ["title", "uses"]
    ordering = ["position", "title"]
