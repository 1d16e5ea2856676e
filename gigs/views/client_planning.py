"""Pages on which a client plans: home, projects, opportunities, slots."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.forms import OpportunityForm, ProjectForm, SlotForm
from gigs.models import Opportunity
from gigs.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.queries import clients as queries
from gigs.queries import opportunities as opportunity_queries
from gigs.queries import work
from gigs.services import projects as services
from hitouch.core.web.views import form_page


@require_safe
@for_members()
def home(request: MemberRequest) -> HttpResponse:
    """The client's home page: work to review, applications, and open slots."""
    client = request.member.client
    works = work.works_for(client).with_client().order_by("submitted_at")[:5]
    facts = {"desk": queries.workload_of(client), "member": request.member, "works": works}
    return render(request, "gigs/client/home.html", facts)


@require_safe
@for_members()
def projects(request: MemberRequest) -> HttpResponse:
    """The client's projects with their remaining budgets."""
    rows = queries.projects_of(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/client/projects.html", facts)


@form_page
@for_members(*MANAGERS)
def new_project(request: MemberRequest) -> HttpResponse:
    """Create a project."""
    form = ProjectForm(request.POST or None)
    client = request.member.client
    project = view_helpers.save_form(
        form, lambda: services.create_project(client=client, **form.cleaned_data)
    )
    if project is None:
        return render(request, "gigs/client/new_project.html", {"form": form})
    messages.success(request, f"{project} is created. Add its first opportunity.")
    return redirect("gigs:client-project", project.pk)


@require_safe
@for_members()
def project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """One project with its opportunities."""
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    rows = queries.opportunities_of(found.client).filter(project=found)
    page = view_helpers.paginate(request, rows.order_by("-created_at", "pk"))
    facts = {"project": found, "page": page, "member": request.member}
    return render(request, "gigs/client/project.html", facts)


@form_page
@for_members(*MANAGERS)
def new_opportunity(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Create an opportunity as a draft."""
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    form = OpportunityForm(request.POST or None)
    now = timezone.now()
    opportunity = view_helpers.save_form(
        form, lambda: services.create_opportunity(project=found, now=now, **form.facts())
    )
    if opportunity is None:
        facts = {"form": form, "project": found}
        return render(request, "gigs/client/new_opportunity.html", facts)
    messages.success(request, "Draft saved. Add shifts, then publish it.")
    return redirect("gigs:client-opportunity", opportunity.pk)


@require_safe
@for_members()
def opportunities(request: MemberRequest) -> HttpResponse:
    """All opportunities of the client."""
    rows = queries.opportunities_of(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/client/opportunities.html", facts)


@require_safe
@for_members()
def opportunity(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """One opportunity: its state, its slots and its applications."""
    found = get_object_or_404(queries.opportunities_of(request.member.client), pk=opportunity_id)
    return _opportunity_page(request, found, SlotForm())


def _opportunity_page(request: MemberRequest, found: Opportunity, form: SlotForm) -> HttpResponse:
    applications = queries.applications_for(request.member.client).filter(opportunity=found)
    slots = (
        opportunity_queries.slots_for(found).upcoming(timezone.now()).order_by("starts_at", "pk")
    )
    facts = {
        "opportunity": found,
        "page": view_helpers.paginate(request, slots),
        "applications": applications.order_by("-score", "created_at")[:50],
        "member": request.member,
        "form": form,
    }
    return render(request, "gigs/client/opportunity.html", facts)


@require_POST
@for_budget_holders
def publish(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Publish the opportunity."""
    found = get_object_or_404(queries.opportunities_of(request.member.client), pk=opportunity_id)
    view_helpers.call_and_report(
        request,
        "Published. Agents can apply now.",
        lambda: services.publish(opportunity=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-opportunity", found.pk)


@require_POST
@for_members(*MANAGERS)
def close(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Close the opportunity to new applications."""
    found = get_object_or_404(queries.opportunities_of(request.member.client), pk=opportunity_id)
    view_helpers.call_and_report(
        request,
        "Closed to applications. Money for unfilled openings is back in the project's budget.",
        lambda: services.close(opportunity=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-opportunity", found.pk)


@require_POST
@for_members(*MANAGERS)
def add_slot(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Add a slot with a number of seats."""
    found = get_object_or_404(queries.opportunities_of(request.member.client), pk=opportunity_id)
    form = SlotForm(request.POST)
    now = timezone.now()
    slot = view_helpers.save_form(
        form, lambda: services.add_slot(opportunity=found, now=now, **form.cleaned_data)
    )
    if slot is None:
        return _opportunity_page(request, found, form)
    messages.success(request, "Shift added.")
    return redirect("gigs:client-opportunity", found.pk)
