"""The trust board of staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_staff
from hitouch.core.errors import Refusal
from proctoring import conf
from proctoring.trust import forms, queries, services
from proctoring.trust.precision import LEAST_RULINGS

for_proctors = for_staff("proctor")


@for_proctors
@require_safe
def board(request: UserRequest) -> HttpResponse:
    """Each detector with what became of its findings, and reviewers on known cases."""
    now = timezone.now()
    context = {
        "detectors": queries.board(now),
        "reviewers": queries.reviewer_figures(now),
        "least": round(conf.detector_precision() * 100),
        "least_rulings": LEAST_RULINGS,
    }
    return render(request, "proctoring/trust/board.html", context)


@for_proctors
@require_POST
def set_mode(request: UserRequest, kind: str) -> HttpResponse:
    """Give a detector its consequences back, or take them."""
    form = forms.DetectorModeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a mode and enter a reason.")
        return redirect("proctoring:trust")
    try:
        services.set_mode(kind=kind, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{kind} is changed.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:trust")
