"""Pages of clients: decide on applications and submitted work, and complete gigs."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.forms import ApplicationFilter, CommentForm, RejectApplicationForm, WorkFilter
from gigs.models import Application, Work
from gigs.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.queries import clients as queries
from gigs.queries import work as work_queries
from gigs.services import applications as application_services
from gigs.services import work as work_services
from hitouch.core.web.downloads import send_file


@require_safe
@for_members()
def applications(request: MemberRequest) -> HttpResponse:
    """Applications to the client, newest first."""
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
    """One application with its match, and forms to decide on it."""
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
    """Accept an application."""
    rows = queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    view_helpers.call_and_report(
        request,
        f"{found.agent} is accepted and can now claim shifts.",
        lambda: application_services.accept(application=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-application", found.pk)


@require_POST
@for_members(*MANAGERS)
def reject(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """Reject an application."""
    rows = queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    form = RejectApplicationForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: application_services.reject(
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
    """Work submitted to the client, oldest first."""
    choice = WorkFilter(request.GET or None)
    rows = work_queries.works_for(request.member.client)
    if choice.is_valid() and choice.cleaned_data["state"]:
        rows = rows.filter(state=choice.cleaned_data["state"])
    page = view_helpers.paginate(request, rows.order_by("submitted_at", "pk"))
    facts = {"page": page, "filter": choice, "member": request.member}
    return render(request, "gigs/client/works.html", facts)


@require_safe
@for_members()
def work(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Submitted work with its cost, and forms to decide on it."""
    found = get_object_or_404(work_queries.works_for(request.member.client), pk=work_id)
    return _work_page(request, found, CommentForm())


def _work_page(request: MemberRequest, found: Work, form: CommentForm) -> HttpResponse:
    facts = {
        "work": found,
        "gross_paise": work_queries.gross_of(found),
        "time": work_queries.time_of(found),
        "may_decide": found.is_with_client and request.member.may_change,
        "form": form,
    }
    return render(request, "gigs/client/work.html", facts)


def _decide(
    request: MemberRequest, work_id: UUID, verb: Callable[..., Work], done: str
) -> HttpResponse:
    found = get_object_or_404(work_queries.works_for(request.member.client), pk=work_id)
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
    """Mark work as under review."""
    found = get_object_or_404(work_queries.works_for(request.member.client), pk=work_id)
    view_helpers.call_and_report(
        request,
        "Marked as under review. The agent can see this.",
        lambda: work_services.start_review(work=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-work", found.pk)


@require_POST
@for_budget_holders
def approve(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Approve work."""
    return _decide(
        request,
        work_id,
        work_services.approve_work,
        "Work approved. The payment is being processed.",
    )


@require_POST
@for_members(*MANAGERS)
def request_rework(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Request changes."""
    return _decide(
        request,
        work_id,
        work_services.request_rework,
        "Changes requested. The agent has been informed.",
    )


@require_POST
@for_members(*MANAGERS)
def reject_work(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Reject work."""
    return _decide(
        request, work_id, work_services.reject_work, "Work rejected. The agent has been informed."
    )


@require_safe
@for_members()
def file(request: MemberRequest, work_id: UUID, deliverable_id: UUID) -> HttpResponseBase:
    """A file submitted to the client."""
    found = get_object_or_404(work_queries.works_for(request.member.client), pk=work_id)
    return send_file(request, view_helpers.file_of(found, deliverable_id), inline=False)


@require_safe
@for_members()
def gigs(request: MemberRequest) -> HttpResponse:
    """Gigs at the client."""
    rows = queries.gigs_for(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/client/gigs.html", facts)


@require_POST
@for_members(*MANAGERS)
def complete_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Complete a gig."""
    found = get_object_or_404(queries.gigs_for(request.member.client), pk=gig_id)
    view_helpers.call_and_report(
        request,
        "Gig completed.",
        lambda: work_services.complete_gig(gig=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-gigs")
