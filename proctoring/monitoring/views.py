"""The live page of proctors."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.permissions import UserRequest, for_staff
from proctoring import queries

for_proctors = for_staff("proctor")


@for_proctors
def live(request: UserRequest) -> HttpResponse:
    """Sittings in progress, and results to review."""
    context = {
        "rows": queries.live_sittings(timezone.now()),
        "waiting": queries.sittings_to_review()[:20],
    }
    return render(request, "proctoring/live.html", context)


@for_proctors
def live_rows(request: UserRequest) -> HttpResponse:
    """The table rows only, with which the page refreshes itself."""
    context = {"rows": queries.live_sittings(timezone.now())}
    return render(request, "proctoring/live_rows.html", context)
