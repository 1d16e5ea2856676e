"""One opportunity with the form to apply, the applications of an agent, and the own profile."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.applications import queries as application_queries
from gigs.applications import services as application_services
from gigs.applications.applicants import profile_of
from gigs.applications.forms import AcknowledgeForm, ApplicationForm
from gigs.models import Opportunity, Slot
from gigs.opportunities import matches
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities.terms import TermsChanged
from gigs.standing import standing_of_client
from hitouch.core.web.query import PageNumberForm, query_parameters


@require_safe
@for_agents
def opportunity(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """One opportunity, and the form to apply."""
    found = get_object_or_404(opportunity_queries.visible_to(request.agent), pk=opportunity_id)
    return _opportunity_page(request, found, ApplicationForm())


@require_safe
@for_agents
def own_profile(request: AgentRequest) -> HttpResponse:
    """The agent's own profile as clients see it."""
    person = profile_of(request.agent, now=timezone.now())
    return render(request, "gigs/applications/own_profile.html", {"person": person})


@require_POST
@for_agents
def apply(request: AgentRequest, opportunity_id: UUID) -> HttpResponse:
    """Apply for an opportunity."""
    found = get_object_or_404(opportunity_queries.visible_to(request.agent), pk=opportunity_id)
    form = ApplicationForm(request.POST)
    application = view_helpers.save_form(
        form,
        lambda: application_services.apply(
            opportunity=found, agent=request.agent, now=timezone.now(), **form.cleaned_data
        ),
    )
    if application is None:
        return _opportunity_page(request, found, form)
    messages.success(
        request, f"Application sent. We will message you when {found.client} responds."
    )
    return redirect("gigs:applications")


def _opportunity_page(
    request: AgentRequest, found: Opportunity, form: ApplicationForm
) -> HttpResponse:
    now = timezone.now()
    match = matches.matcher_for(request.agent, on=now)
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, TermsChanged):
        found.refresh_from_db()
    form.show_version(found.terms_version)
    facts = {
        "changes": getattr(refusal, "changes", []),
        "opportunity": found,
        "match": match(found),
        "would_help": matches.would_help(found, match, now=now),
        "application": application_queries.standing_application(request.agent, found),
        "takes_applications": found.takes_applications(now),
        "slots": Slot.objects.filter(opportunity=found).upcoming(now).order_by("starts_at")[:10],
        "standing": standing_of_client(found.client, now=now),
        "form": form,
    }
    return render(request, "gigs/opportunities/opportunity.html", facts)


@require_safe
@for_agents
@query_parameters(PageNumberForm)
def applications(request: AgentRequest) -> HttpResponse:
    """The agent's applications."""
    rows = application_queries.applications_of(request.agent).order_by("-created_at", "pk")
    page = view_helpers.paginate(request, rows)
    return render(
        request,
        "gigs/applications/applications.html",
        {"page": page, "rows": application_queries.with_changes(list(page.object_list))},
    )


@require_POST
@for_agents
def acknowledge(request: AgentRequest, application_id: UUID) -> HttpResponse:
    """Agree to the changed terms of a pending application."""
    found = get_object_or_404(request.agent.applications, pk=application_id)
    form = AcknowledgeForm(request.POST)
    if form.is_valid():
        view_helpers.call_and_report(
            request,
            "You have agreed to the new terms.",
            lambda: application_services.acknowledge_terms(
                application=found, at=timezone.now(), **form.cleaned_data
            ),
        )
    else:
        messages.error(request, TermsChanged.message)
    return redirect("gigs:applications")


@require_POST
@for_agents
def withdraw(request: AgentRequest, application_id: UUID) -> HttpResponse:
    """Withdraw an application."""
    found = get_object_or_404(request.agent.applications, pk=application_id)
    view_helpers.call_and_report(
        request,
        "Application withdrawn.",
        lambda: application_services.withdraw(
            application=found, by=request.user, at=timezone.now()
        ),
    )
    return redirect("gigs:applications")
