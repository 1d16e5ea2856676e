"""Pages on which a client plans opportunities."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.models import Opportunity
from gigs.opportunities import copies, milestones, terms
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities import services as opportunity_services
from gigs.opportunities.copy_forms import (
    ClientOpportunitiesForm,
    CopyOpportunityForm,
    CopyProjectForm,
    OpportunityOrder,
)
from gigs.opportunities.forms import OpportunityForm, edit_form
from gigs.opportunities.milestone_forms import MilestoneFormSet
from gigs.standing import standing_of_client
from hitouch.core.errors import Refusal
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none

ORDERS = {
    OpportunityOrder.NEWEST: ("-created_at", "pk"),
    OpportunityOrder.DEADLINE: ("apply_by", "pk"),
    OpportunityOrder.WAITING: ("-waiting", "-created_at", "pk"),
    OpportunityOrder.OPEN: (F("filled") - F("headcount"), "-created_at", "pk"),
}


@require_safe
@for_members()
@query_parameters(PageNumberForm)
def project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """One project with its opportunities."""
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    rows = opportunity_queries.opportunities_of(found.client).filter(project=found)
    page = view_helpers.paginate(request, rows.order_by("-created_at", "pk"))
    facts = {"project": found, "page": page, "member": request.member}
    return render(request, "gigs/opportunities/client_project.html", facts)


@form_page
@for_members(*MANAGERS)
def new_opportunity(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Create an opportunity as a draft."""
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    form = OpportunityForm(request.POST or None)
    now = timezone.now()
    opportunity = view_helpers.save_form(
        form,
        lambda: opportunity_services.create_opportunity(project=found, now=now, **form.facts()),
    )
    if opportunity is None:
        facts = {"form": form, "project": found}
        return render(request, "gigs/opportunities/client_new_opportunity.html", facts)
    messages.success(request, "Draft saved. Add shifts, then publish it.")
    return redirect("gigs:client-opportunity", opportunity.pk)


@form_page
@for_members(*MANAGERS)
def edit_opportunity(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Change a draft, or the text of a published opportunity."""
    mine = opportunity_queries.opportunities_of(request.member.client)
    found = get_object_or_404(mine, pk=opportunity_id)
    form = edit_form(found, post_data_or_none(request))
    changed = view_helpers.save_form(
        form,
        lambda: terms.edit_opportunity(
            opportunity=found, changes=form.facts(), by=request.user, at=timezone.now()
        ),
    )
    if changed is None:
        facts = {"form": form, "opportunity": found}
        return render(request, "gigs/opportunities/client_edit_opportunity.html", facts)
    messages.success(request, _told(changed))
    return redirect("gigs:client-opportunity", changed.pk)


def _told(changed: Opportunity) -> str:
    if changed.is_draft:
        return "Draft saved."
    number = changed.terms_version
    return f"Saved as version {number} of the terms. Applicants who wait have been informed."


@require_safe
@for_members()
def versions(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """The versions of the terms of an opportunity."""
    mine = opportunity_queries.opportunities_of(request.member.client)
    found = get_object_or_404(mine, pk=opportunity_id)
    facts = {"opportunity": found, "versions": opportunity_queries.versions_of(found)}
    return render(request, "gigs/opportunities/client_terms.html", facts)


@require_safe
@for_members()
@query_parameters(PageNumberForm, ClientOpportunitiesForm)
def opportunities(request: MemberRequest) -> HttpResponse:
    """Opportunities of the client, in the order asked for."""
    client = request.member.client
    choice = ClientOpportunitiesForm(request.GET, projects=client.projects.order_by("title"))
    rows = opportunity_queries.opportunities_of(client)
    if state := choice.found("state"):
        rows = rows.filter(state=state)
    if project := choice.found("project"):
        rows = rows.filter(project=project)
    order = ORDERS[choice.found("sort") or OpportunityOrder.NEWEST]
    facts = {
        "page": view_helpers.paginate(request, rows.order_by(*order)),
        "filter": choice,
        "member": request.member,
    }
    return render(request, "gigs/opportunities/client_opportunities.html", facts)


@require_safe
@for_members()
def preview(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """The opportunity as an agent sees it, and what publishing it would reserve."""
    mine = opportunity_queries.opportunities_of(request.member.client)
    found = get_object_or_404(mine, pk=opportunity_id)
    now = timezone.now()
    facts = {
        "opportunity": found,
        "slots": found.slots.upcoming(now).order_by("starts_at")[:10],
        "standing": standing_of_client(found.client, now=now),
        "may_publish": found.is_draft and request.member.may_change,
    }
    return render(request, "gigs/opportunities/client_preview.html", facts)


@form_page
@for_members(*MANAGERS)
def copy(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Copy an opportunity as a draft."""
    client = request.member.client
    found = get_object_or_404(opportunity_queries.opportunities_of(client), pk=opportunity_id)
    form = CopyOpportunityForm(
        post_data_or_none(request),
        projects=client.projects.order_by("title"),
        initial={"title": found.title, "project": found.project_id},
    )
    made = view_helpers.save_form(
        form,
        lambda: copies.copy_opportunity(opportunity=found, now=timezone.now(), **form.cleaned_data),
    )
    if made is None:
        facts = {"form": form, "original": found}
        return render(request, "gigs/opportunities/client_copy.html", facts)
    messages.success(request, "Copied as a draft. Add shifts, then publish it.")
    return redirect("gigs:client-opportunity", made.pk)


@form_page
@for_members(*MANAGERS)
def copy_project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Copy a project with drafts of its opportunities."""
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    form = CopyProjectForm(post_data_or_none(request), initial={"title": found.title})
    made = view_helpers.save_form(
        form,
        lambda: copies.copy_project(project=found, now=timezone.now(), **form.cleaned_data),
    )
    if made is None:
        facts = {"form": form, "original": found}
        return render(request, "gigs/opportunities/client_copy.html", facts)
    messages.success(request, "Copied. Its opportunities are drafts.")
    return redirect("gigs:client-project", made.pk)


@require_POST
@for_budget_holders
def publish(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Publish the opportunity."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    view_helpers.call_and_report(
        request,
        "Published. Agents can apply now.",
        lambda: opportunity_services.publish(opportunity=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-opportunity", found.pk)


@require_POST
@for_members(*MANAGERS)
def close(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Close the opportunity to new applications."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    view_helpers.call_and_report(
        request,
        "Closed to applications. Money for unfilled openings is back in the project's budget.",
        lambda: opportunity_services.close(opportunity=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-opportunity", found.pk)


@require_POST
@for_members(*MANAGERS)
def hold(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Take no applications for now."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    view_helpers.call_and_report(
        request,
        "On hold. Nobody can apply until you resume it.",
        lambda: opportunity_services.hold(opportunity=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-opportunity", found.pk)


@require_POST
@for_members(*MANAGERS)
def resume(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Take applications again."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    view_helpers.call_and_report(
        request,
        "Open again.",
        lambda: opportunity_services.resume(opportunity=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-opportunity", found.pk)


@form_page
@for_members(*MANAGERS)
def set_milestones(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """List the milestones, with empty rows for more."""
    found = get_object_or_404(
        opportunity_queries.opportunities_of(request.member.client), pk=opportunity_id
    )
    rows = [
        {"title": row.title, "amount_paise": f"{row.amount_paise / 100:.2f}", "due_on": row.due_on}
        for row in found.milestones.all()
    ]
    formset = MilestoneFormSet(post_data_or_none(request), initial=rows, prefix="milestones")
    refused = ""
    if request.method == "POST" and formset.is_valid():
        try:
            return _save(request, found, formset)
        except Refusal as refusal:
            refused = str(refusal)
    facts = {"opportunity": found, "formset": formset, "refused": refused}
    return render(request, "gigs/opportunities/client_milestones.html", facts)


def _save(request: MemberRequest, found: Opportunity, formset: Any) -> HttpResponse:
    kept = [form for form in formset.forms if form.cleaned_data.get("title")]
    planned = [form.facts() for form in kept if not form.cleaned_data.get("DELETE")]
    milestones.set_milestones(opportunity=found, milestones=planned, now=timezone.now())
    if "add" in request.POST:
        return redirect("gigs:client-milestones", found.pk)
    messages.success(request, "Milestones saved." if planned else "Milestones removed.")
    return redirect("gigs:client-opportunity", found.pk)
