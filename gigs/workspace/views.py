"""The client's home page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gigs.clients.permissions import MemberRequest, for_members
from gigs.shifts import calendar
from gigs.workspace import budgets
from gigs.workspace import queries as workspace_queries


@require_safe
@for_members()
def home(request: MemberRequest) -> HttpResponse:
    """What waits for the client, who is at work, today's shifts, budgets and deadlines."""
    client, now = request.member.client, timezone.now()
    week = calendar.Week.asked_for(None, now=now)
    days = calendar.client_calendar(client, week, now=now).days
    spent = budgets.spent_by(client)
    facts = {
        "desk": workspace_queries.workload_of(client),
        "floor": workspace_queries.floor_of(client, now=now),
        "today": next(day for day in days if day.is_today),
        "budgets": budgets.budgets_of(client, spent),
        "months": budgets.months_of(spent),
        "deadlines": workspace_queries.deadlines_of(client, now=now),
        "member": request.member,
        "now": now,
    }
    return render(request, "gigs/workspace/home.html", facts)
