"""Pages of the review of one sitting."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import UserRequest, for_staff
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from proctoring import queries
from proctoring.grading.queries import integrity_of
from proctoring.models import Sitting, Snapshot
from proctoring.review import forms, services

for_proctors = for_staff("proctor")


@for_proctors
def case(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """One sitting with photos, events and answers."""
    sitting = get_object_or_404(Sitting, pk=pk)
    return render(request, "proctoring/case.html", _case_context(sitting, forms.VoidForm()))


def _case_context(sitting: Sitting, form: forms.VoidForm) -> dict[str, Any]:
    findings, times = integrity_of(sitting)
    return {
        "findings": findings,
        "times": times,
        "sitting": queries.case_of(sitting),
        "identity": queries.identity_of(sitting),
        "seen": queries.events_of(sitting),
        "drawn": queries.questions_of(sitting),
        "snapshots": sitting.snapshots.order_by("taken_at"),
        "history": sitting.events.order_by("at", "id"),
        "form": form,
    }


@for_proctors
@require_POST
def clear(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm the result."""
    sitting = get_object_or_404(Sitting, pk=pk)
    try:
        services.clear_sitting(sitting=sitting, by=request.user, at=timezone.now())
        messages.success(request, f"{sitting.agent}'s result is confirmed.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:case", pk)


@for_proctors
@require_POST
def void(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel the result."""
    sitting = get_object_or_404(Sitting, pk=pk)
    form = forms.VoidForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            now = timezone.now()
            services.void_sitting(sitting=sitting, reason=reason, by=request.user, at=now)
            messages.success(request, f"{sitting.agent}'s result is cancelled.")
            return redirect("proctoring:case", pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return render(request, "proctoring/case.html", _case_context(sitting, form))


@for_proctors
def case_photo(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The photo taken before the assessment."""
    identity = queries.identity_of(get_object_or_404(Sitting, pk=pk))
    return _send_or_404(request, identity.photo if identity else None)


@for_proctors
def case_profile_photo(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The agent's profile photo."""
    return _send_or_404(request, get_object_or_404(Sitting, pk=pk).agent.photo)


@for_proctors
def snapshot(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One snapshot of a sitting."""
    return _send_or_404(request, get_object_or_404(Snapshot, pk=pk).file)


def _send_or_404(request: HttpRequest, stored: StoredFile | None) -> HttpResponseBase:
    if stored is None:
        raise Http404
    return send_file(request, stored, inline=True)
