"""Pages of a client's projects."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gigs import view_helpers
from gigs.clients import queries as client_queries
from gigs.clients import services as client_services
from gigs.clients.forms import ProjectForm
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page


@require_safe
@for_members()
@query_parameters(PageNumberForm)
def projects(request: MemberRequest) -> HttpResponse:
    """The client's projects with their remaining budgets."""
    rows = client_queries.projects_of(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/clients/projects.html", facts)


@form_page
@for_members(*MANAGERS)
def new_project(request: MemberRequest) -> HttpResponse:
    """Create a project."""
    form = ProjectForm(request.POST or None)
    client = request.member.client
    project = view_helpers.save_form(
        form,
        lambda: client_services.create_project(
            now=timezone.now(), client=client, **form.cleaned_data
        ),
    )
    if project is None:
        return render(request, "gigs/clients/new_project.html", {"form": form})
    messages.success(request, f"{project} is created. Add its first opportunity.")
    return redirect("gigs:client-project", project.pk)
