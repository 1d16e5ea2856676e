"""What people agreed to and how accounts end, in the admin; and acts that need a reason."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import queries, services
from accounts.models import Closing, Consent, RetentionProof, User
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal


class ReasonForm(forms.Form):
    """Why staff do what they do to somebody."""

    why = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For staff only. The person is notified, but doesn't see the reason.",
    )


def with_reason(
    site: admin.ModelAdmin,
    request: HttpRequest,
    users: QuerySet[User],
    act: Callable[..., None],
    title: str,
) -> TemplateResponse | None:
    """Ask for the reason first; with it, do it to each and say what came of it."""
    form = ReasonForm(request.POST if "why" in request.POST else None)
    if not form.is_valid():
        context = {
            **site.admin_site.each_context(request),
            "title": title,
            "form": form,
            "users": users,
            "opts": User._meta,
            "action": request.POST["action"],
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/accounts/reason.html", context)
    for user in users:
        try:
            act(user=user, by=request.user, at=timezone.now(), why=form.cleaned_data["why"])
            messages.info(request, f"{user}: {user.get_status_display()}.")
        except Refusal as refusal:
            messages.error(request, f"{user}: {refusal}")
    return None


def standing(user: User) -> str:
    """Why the account stands as it does: who turned it last, when, and for what reason."""
    event = queries.standing_of(user)
    if event is None:
        return "Never suspended"
    moment = date_format(timezone.localtime(event.at), "DATETIME_FORMAT")
    return f"{event.new.get('why') or 'No reason given'} ({event.by or 'System'}, {moment})"


@admin.register(Closing)
class ClosingAdmin(ReadOnlyAdmin):
    """Accounts that are asked to be closed, or were."""

    list_display = ("id", "user", "asked_at", "due_at", "state", "closed_at", "erased_at")
    list_filter = ("state",)
    ordering = ("-asked_at",)
    list_select_related = ("user__agent",)
    fields = ("user", "asked_at", "due_at", "state", "holds", "closed_at", "erased_at")

    @admin.display(description="Pending")
    def holds(self, closing: Closing) -> str:
        """Worked out now, while the closing is open."""
        if not closing.is_open:
            return "Nothing pending"
        found = services.holds_of(closing.user, now=timezone.now())
        return " ".join(hold.sentence for hold in found) or "Nothing"


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Who agreed to what, and when it ended."""

    list_display = (
        "user", "purpose", "version", "given_at", "where", "withdrawn_at", "replaced_at",
    )  # fmt: skip
    list_filter = ("purpose", "version")
    ordering = ("-given_at",)
    list_select_related = ("user__agent",)


@admin.register(RetentionProof)
class RetentionProofAdmin(ReadOnlyAdmin):
    """What the nights ended, newest first; `manage.py apply_retention` checks the chain."""

    list_display = ("number", "at", "rule", "period", "ended", "oldest_at", "newest_at")
    list_filter = ("rule",)
    ordering = ("-number",)
    date_hierarchy = "at"
    fields = (*list_display, "previous_hash", "hash")
