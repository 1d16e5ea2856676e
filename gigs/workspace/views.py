"""The client's home page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gigs.clients.permissions import MemberRequest, for_members
from gigs.work import queries as work_queries
from gigs.workspace import queries as workspace_queries


@require_safe
@for_members()
def home(request: MemberRequest) -> HttpResponse:
    """The client's home page: work to review, applications, and open slots."""
    client = request.member.client
    works = work_queries.works_for(client).with_client().order_by("submitted_at")[:5]
    facts = {
        "desk": workspace_queries.workload_of(client),
        "member": request.member,
        "works": works,
    }
    return render(request, "gigs/workspace/home.html", facts)
