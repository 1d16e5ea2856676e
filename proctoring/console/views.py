"""The page of proctors: live sittings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.permissions import UserRequest, for_staff
from proctoring.console import queries, serializers
from proctoring.console.needs import LABELS, TONES, NeedKind
from proctoring.models import Intervention, ReviewCase

for_proctors = for_staff("proctor")


@for_proctors
def live(request: UserRequest) -> HttpResponse:
    """All live sittings. The page's scripts keep them up to date."""
    now = timezone.now()
    rows = queries.console_rows(now)
    kinds = [
        {
            "kind": kind.value,
            "label": LABELS[kind],
            "tone": TONES[kind],
            "attention": kind.asks_for_attention,
        }
        for kind in NeedKind
    ]
    context = {
        "rows": [(row, LABELS[row.need(now).kind]) for row in rows],
        "data": serializers.plain(serializers.console_data(rows, now)),
        "settings": {"kinds": kinds, "me": str(request.user.pk)},
        "reasons": Intervention.Reason.choices,
        "to_review": ReviewCase.objects.open().count(),
    }
    return render(request, "proctoring/console/live.html", context)
