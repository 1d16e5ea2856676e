"""The desk of disputes: what waits for whom and how long, and the page on which staff decide."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import admin_search
from accounts.models import User
from accounts.permissions import authenticated_user
from accounts.security.reauthentication import reauthentication_required, stashed_data
from gigs.clients.admin import CLIENT, OperationsAdmin
from gigs.disputes import evidence, queries, resolutions, services, subjects, view_helpers
from gigs.disputes import files as dispute_files
from gigs.disputes.forms import (
    ConfirmResolutionForm,
    DisputeReasonForm,
    DisputeTextForm,
    OpenForSideForm,
    ResolutionForm,
)
from gigs.disputes.parties import other_side
from gigs.models import Dispute, DisputeAuthor, DisputeResolution
from hitouch.core import money
from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import View

Act = Callable[[Dispute, Form, User], str]


def _decide(dispute: Dispute, form: Form, by: User) -> str:
    found = form.cleaned_data
    resolution = resolutions.decide(
        dispute=dispute,
        action=found["action"],
        amount_paise=found["amount_paise"] or 0,
        rating=found["rating"],
        reason=found["reason"],
        by=by,
        at=timezone.now(),
    )
    if resolution.is_proposed:
        return "Proposed. A second person has to confirm this amount."
    return "Decided and carried out. Both sides have been told."


def _proposed(dispute: Dispute) -> DisputeResolution:
    rows = dispute.resolutions.filter(state=DisputeResolution.State.PROPOSED)
    return get_object_or_404(rows.select_related("dispute"))


def _confirm(dispute: Dispute, form: Form, by: User) -> str:
    resolutions.confirm(resolution=_proposed(dispute), by=by, at=timezone.now())
    return "Confirmed and carried out. Both sides have been told."


def _reject(dispute: Dispute, form: Form, by: User) -> str:
    reason = form.cleaned_data["reason"]
    resolutions.reject(resolution=_proposed(dispute), reason=reason, by=by, at=timezone.now())
    return "Not confirmed. The dispute waits for another decision."


def _take_over(dispute: Dispute, form: Form, by: User) -> str:
    reason = form.cleaned_data["reason"]
    services.take_over(dispute=dispute, reason=reason, by=by, at=timezone.now())
    return "The dispute is with HitouchCX now. Both sides have been told."


def _write(dispute: Dispute, form: Form, by: User) -> str:
    services.add_message(
        dispute=dispute, author=DisputeAuthor.STAFF, text=form.cleaned_data["text"], by=by,
        at=timezone.now(),
    )  # fmt: skip
    return "Message sent to both sides."


#: Form and function for each value of the POST field `verb`.
ACTS: dict[str, tuple[type[Form], Act]] = {
    "decide": (ResolutionForm, _decide),
    "confirm": (ConfirmResolutionForm, _confirm),
    "reject": (DisputeReasonForm, _reject),
    "take_over": (DisputeReasonForm, _take_over),
    "write": (DisputeTextForm, _write),
}


@admin.register(Dispute)
class DisputeAdmin(ActionPagesAdmin, OperationsAdmin):
    """Disputes, newest first; the queue of those to decide is a filter."""

    allowed_roles = ("operations",)
    list_display = ["reference", "title", "state", "waits_for", "due_at", "asked", "opened_at"]
    list_filter = ["state", "kind"]
    search_by = (admin_search.names("agent"), replace(CLIENT, of="client"))
    list_select_related = ["agent__user", "client"]
    ordering = ["-opened_at"]

    @admin.display(description="Waits for")
    def waits_for(self, dispute: Dispute) -> str:
        """Who has to act next, and for how long already."""
        if not dispute.is_live:
            return "-"
        names = {
            Dispute.State.OPEN: f"{other_side(dispute.side).label} to answer",
            Dispute.State.NEGOTIATION: "Both sides to agree",
            Dispute.State.ESCALATED: "HitouchCX to decide",
        }
        days = (timezone.now() - dispute.updated_at).days
        waited = "since today" if not days else f"for {days} day{'' if days == 1 else 's'}"
        return f"{names[Dispute.State(dispute.state)]}, {waited}"

    @admin.display(description="Asked for")
    def asked(self, dispute: Dispute) -> str:
        return money.rupees(dispute.asked_paise) if dispute.asked_paise else "-"

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """The role operations opens disputes on behalf of a side."""
        return self.has_run_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Open a dispute on behalf of a side."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OpenForSideForm(request.POST or None, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            made = self._open(form, authenticated_user(request))
            if made is not None:
                messages.success(request, "Opened. Both sides have been told.")
                return redirect("admin:gigs_dispute_change", made.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Open a dispute on behalf of a side",
            "form": form,
        }
        return TemplateResponse(request, "gigs/disputes/admin/open.html", context)

    def _open(self, form: Form, by: User) -> Dispute | None:
        found = dict(form.cleaned_data)
        subject = subjects.find_subject(found.pop("kind"), found.pop("subject"))
        if subject is None:
            form.add_error("subject", "There is nothing of this kind with this ID.")
            return None
        try:
            return services.open_for_side(subject=subject, **found, by=by, at=timezone.now())
        except Refusal as refusal:
            add_refusal_to(form, refusal)
        return None

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """Files and evidence packs."""
        return {
            "file": ("<uuid:dispute_id>/files/<uuid:file_id>/", self.file),
            "evidence": ("<uuid:dispute_id>/evidence/<slug:form>/", self.evidence),
        }

    def file(self, request: HttpRequest, dispute_id: UUID, file_id: UUID) -> HttpResponseBase:
        """Download a file of a dispute."""
        dispute = get_object_or_404(queries.disputes(), pk=dispute_id)
        row = get_object_or_404(dispute.files.select_related("file", "dispute"), pk=file_id)
        by = authenticated_user(request)
        stored = dispute_files.open_file(row=row, by=by, at=timezone.now())
        return send_file(request, stored, inline=False)

    def evidence(self, request: HttpRequest, dispute_id: UUID, form: str) -> HttpResponseBase:
        """Download the evidence pack."""
        if form not in ("json", "zip"):
            raise Http404
        dispute = get_object_or_404(queries.disputes(), pk=dispute_id)
        by = authenticated_user(request)
        return view_helpers.evidence_response(dispute, form, by=by, at=timezone.now())

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One dispute: everything that both sides said, and the forms to decide."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        dispute = get_object_or_404(queries.disputes(), pk=_uuid(object_id))
        if request.method == "POST":
            if not self.has_run_permission(request):
                raise PermissionDenied
            act = cast(Any, reauthentication_required(self._act))
            return cast(HttpResponse, never_cache(act)(request, dispute))
        return self._render(request, dispute, {})

    def _act(self, request: HttpRequest, dispute: Dispute) -> HttpResponse:
        verb = request.POST.get("verb", "")
        if verb not in ACTS:
            raise Http404
        form_class, act = ACTS[verb]
        form = _bound(form_class, dispute, request.POST)
        if form.is_valid():
            try:
                messages.success(request, act(dispute, form, authenticated_user(request)))
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                return redirect("admin:gigs_dispute_change", dispute.pk)
        return self._render(request, dispute, {verb: form})

    def _render(
        self, request: HttpRequest, dispute: Dispute, bound: dict[str, Form]
    ) -> HttpResponse:
        typed = stashed_data(request)
        forms = {
            verb: bound.get(verb) or _bound(form_class, dispute, None, typed, verb)
            for verb, (form_class, _) in ACTS.items()
        }
        proposed = dispute.resolutions.filter(state=DisputeResolution.State.PROPOSED).first()
        pack = dispute.packs.order_by("number").last()
        may_run = self.has_run_permission(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(dispute),
            "dispute": dispute,
            "waits_for": self.waits_for(dispute),
            "forms": forms,
            "failed": bound,
            "proposed": proposed,
            "pack": pack,
            "verdict": evidence.verify(pack) if pack else None,
            "may_decide": may_run and dispute.is_escalated and proposed is None,
            "may_confirm": may_run and proposed is not None,
            "may_take_over": may_run and (dispute.is_open or dispute.is_in_negotiation),
            "may_write": may_run and dispute.is_live,
            "said": dispute.messages.select_related("by__agent").order_by("number"),
            "added": dispute.files.select_related("file").order_by("at", "pk"),
            "past": dispute.resolutions.select_related("proposed_by__agent", "decided_by__agent"),
            "events": dispute.events.select_related("by__agent").order_by("pk"),
            "result": queries.result_of(dispute),
        }
        return TemplateResponse(request, "gigs/disputes/admin/dispute.html", context)


def _bound(
    form_class: type[Form],
    dispute: Dispute,
    data: Any,
    typed: dict[str, Any] | None = None,
    verb: str = "",
) -> Form:
    """The form, bound to what was posted, or with what was typed before re-authentication."""
    options: dict[str, Any] = {"dispute": dispute} if form_class is ResolutionForm else {}
    initial = typed if typed and typed.get("verb") == verb else None
    return form_class(data, initial=initial, auto_id=f"{verb or 'act'}_%s", **options)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise Http404 from fault
