"""Pages on which a client decides: applications, works, finished gigs."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.forms import ApplicationFilter, CommentForm, RejectApplicationForm, WorkFilter
from gigs.models import Application, Work
from gigs.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.queries import clients as queries
from gigs.queries import work as queries_work
from gigs.services import applications as services
from gigs.services import work as services_work
from hitouch.core.web.downloads import send_file


@require_safe
@for_members()
def applications(request: MemberRequest) -> HttpResponse:
    """Who applied, best match first among those who wait longest for an answer."""
    choice = ApplicationFilter(request.GET or None)
    rows = queries.applications_for(request.member.client)
    if choice.is_valid() and choice.cleaned_data["state"]:
        rows = rows.filter(state=choice.cleaned_data["state"])
    page = view_helpers.paginate(request, rows.order_by("-created_at", "pk"))
    facts = {"page": page, "filter": choice, "member": request.member}
    return render(request, "gigs/client/applications.html", facts)


@require_safe
@for_members()
def application(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """One application: who, how well they fit, yes or no."""
    rows = queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    return _application_page(request, found, RejectApplicationForm())


def _application_page(
    request: MemberRequest, found: Application, form: RejectApplicationForm
) -> HttpResponse:
    may_decide = found.is_pending and request.member.may_change
    facts = {"application": found, "form": form, "may_decide": may_decide}
    return render(request, "gigs/client/application.html", facts)


@require_POST
@for_budget_holders
def accept(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """Take the agent on."""
    rows = queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    view_helpers.call_and_report(
        request,
        f"{found.agent} is accepted and can now claim shifts.",
        lambda: services.accept(application=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-application", found.pk)


@require_POST
@for_members(*MANAGERS)
def reject(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """Say no, and why."""
    rows = queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    form = RejectApplicationForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: services.reject(
            application=found, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is None:
        return _application_page(request, found, form)
    messages.success(request, f"{found.agent} has been informed.")
    return redirect("gigs:client-application", found.pk)


@require_safe
@for_members()
def works(request: MemberRequest) -> HttpResponse:
    """What was handed in, the oldest unanswered first."""
    choice = WorkFilter(request.GET or None)
    rows = queries_work.works_for(request.member.client)
    if choice.is_valid() and choice.cleaned_data["state"]:
        rows = rows.filter(state=choice.cleaned_data["state"])
    page = view_helpers.paginate(request, rows.order_by("submitted_at", "pk"))
    facts = {"page": page, "filter": choice, "member": request.member}
    return render(request, "gigs/client/works.html", facts)


@require_safe
@for_members()
def work(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """One work: what was done, what it costs, what to say."""
    found = get_object_or_404(queries_work.works_for(request.member.client), pk=work_id)
    return _work_page(request, found, CommentForm())


def _work_page(request: MemberRequest, found: Work, form: CommentForm) -> HttpResponse:
    facts = {
        "work": found,
        "gross_paise": queries_work.gross_of(found),
        "time": queries_work.time_of(found),
        "may_decide": found.is_with_client and request.member.may_change,
        "form": form,
    }
    return render(request, "gigs/client/work.html", facts)


def _decide(
    request: MemberRequest, work_id: UUID, verb: Callable[..., Work], done: str
) -> HttpResponse:
    found = get_object_or_404(queries_work.works_for(request.member.client), pk=work_id)
    form = CommentForm(request.POST)
    decided = view_helpers.save_form(
        form,
        lambda: verb(work=found, member=request.member, at=timezone.now(), **form.cleaned_data),
    )
    if decided is None:
        return _work_page(request, found, form)
    messages.success(request, done)
    return redirect("gigs:client-work", found.pk)


@require_POST
@for_members(*MANAGERS)
def start_review(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Tell the agent that somebody is looking."""
    found = get_object_or_404(queries_work.works_for(request.member.client), pk=work_id)
    view_helpers.call_and_report(
        request,
        "Marked as under review. The agent can see this.",
        lambda: services_work.start_review(work=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-work", found.pk)


@require_POST
@for_budget_holders
def approve(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Accept the work."""
    return _decide(
        request,
        work_id,
        services_work.approve_work,
        "Work approved. The payment is being processed.",
    )


@require_POST
@for_members(*MANAGERS)
def ask_rework(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Ask for changes."""
    return _decide(
        request,
        work_id,
        services_work.ask_rework,
        "Changes requested. The agent has been informed.",
    )


@require_POST
@for_members(*MANAGERS)
def reject_work(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Refuse the work."""
    return _decide(
        request, work_id, services_work.reject_work, "Work rejected. The agent has been informed."
    )


@require_safe
@for_members()
def file(request: MemberRequest, work_id: UUID, deliverable_id: UUID) -> HttpResponse:
    """A file that was handed in to this client."""
    found = get_object_or_404(queries_work.works_for(request.member.client), pk=work_id)
    return send_file(view_helpers.file_of(found, deliverable_id), inline=False)


@require_safe
@for_members()
def gigs(request: MemberRequest) -> HttpResponse:
    """Who works for the client."""
    rows = queries.gigs_for(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/client/gigs.html", facts)


@require_POST
@for_members(*MANAGERS)
def complete_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Finish a gig of which everything is settled."""
    found = get_object_or_404(queries.gigs_for(request.member.client), pk=gig_id)
    view_helpers.call_and_report(
        request,
        "Gig completed.",
        lambda: services_work.complete_gig(gig=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-gigs")
