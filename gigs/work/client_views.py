"""Pages on which a client decides on submitted work."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.models import Work
from gigs.shifts import queries as shift_queries
from gigs.work import bulk, refused_parts
from gigs.work import queries as work_queries
from gigs.work import services as work_services
from gigs.work.forms import ApproveSeveralForm, CommentForm, WorkQueueForm, part_formset
from hitouch.core.web.downloads import send_file
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none


@require_safe
@for_members()
@query_parameters(PageNumberForm, WorkQueueForm)
def works(request: MemberRequest) -> HttpResponse:
    """Work submitted to the client, oldest first."""
    choice = WorkQueueForm(request.GET)
    rows = work_queries.works_for(request.member.client)
    if choice.is_valid() and choice.cleaned_data["state"]:
        rows = rows.filter(state=choice.cleaned_data["state"])
    page = view_helpers.paginate(request, rows.order_by(*choice.order()))
    facts = {"page": page, "filter": choice, "member": request.member}
    return render(request, "gigs/work/client_works.html", facts)


@require_safe
@for_members()
def work(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Submitted work with its cost, and forms to decide on it."""
    found = get_object_or_404(work_queries.works_for(request.member.client), pk=work_id)
    return _work_page(request, found, CommentForm())


def _work_page(request: MemberRequest, found: Work, form: CommentForm) -> HttpResponse:
    records = work_queries.hours_of(found, now=timezone.now())
    facts = {
        "work": found,
        "gross_paise": work_queries.gross_of(found),
        "time": shift_queries.time_of(found),
        "records": records,
        "refused": work_queries.refused_rows(found, records),
        "versions": work_queries.versions_of(found),
        "may_grant": request.member.may_change,
        "may_decide": found.is_with_client and request.member.may_change,
        "may_dispute": found.is_approved and request.member.may_change,
        "form": form,
    }
    return render(request, "gigs/work/client_work.html", facts)


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


def _chosen(request: MemberRequest, ids: list[str]) -> list[Work]:
    """The works with these ids that wait for the client, oldest first."""
    rows = work_queries.works_for(request.member.client).with_client()
    return list(rows.filter(pk__in=ids).order_by("submitted_at", "pk"))


@form_page
@for_budget_holders
@query_parameters(ApproveSeveralForm)
def approve_several(request: MemberRequest) -> HttpResponse:
    """Show what the ticked works cost, and approve them once that is confirmed."""
    form = ApproveSeveralForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    works = _chosen(request, form.cleaned_data.get("works", []))
    if request.method == "POST" and form.is_valid():
        outcomes = view_helpers.save_form(
            form,
            lambda: bulk.approve_several(
                works=works,
                total_paise=form.cleaned_data["total_paise"],
                member=request.member,
                at=timezone.now(),
            ),
        )
        if outcomes is not None:
            for one in outcomes:
                if one.code:
                    messages.error(request, f"{one.work.gig.title}: {one.why}")
            done = sum(not one.code for one in outcomes)
            messages.success(request, f"{done} approved. The payments are being processed.")
            return redirect("gigs:client-works")
    if not works:
        messages.error(request, bulk.NoWorkChosen.message)
        return redirect("gigs:client-works")
    facts = {
        "rows": [(work, work_queries.gross_of(work)) for work in works],
        "total_paise": bulk.total_of(works),
        "refused": form.non_field_errors() if request.method == "POST" else (),
    }
    return render(request, "gigs/work/client_approve_several.html", facts)


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


@form_page
@for_budget_holders
def approve_part(request: MemberRequest, work_id: UUID) -> HttpResponse:
    """Approve work except some parts, each with its reason."""
    found = get_object_or_404(work_queries.works_for(request.member.client), pk=work_id)
    formset = part_formset(found, post_data_or_none(request))
    form = CommentForm(post_data_or_none(request))
    if request.method == "POST" and formset.is_valid():
        parts = [each.facts() for each in formset.forms if each.has_changed()]
        done = view_helpers.save_form(
            form,
            lambda: refused_parts.approve_in_part(
                work=found,
                refused=parts,
                member=request.member,
                at=timezone.now(),
                **form.cleaned_data,
            ),
        )
        if done is not None:
            messages.success(request, "Approved in part. What you approved is being paid.")
            return redirect("gigs:client-work", found.pk)
    facts = {
        "work": found,
        "records": work_queries.hours_of(found, now=timezone.now()),
        "full_paise": work_queries.full_pay_of(found),
        "formset": formset,
        "form": form,
    }
    return render(request, "gigs/work/client_approve_part.html", facts)


@require_POST
@for_budget_holders
def grant_part(request: MemberRequest, part_id: UUID) -> HttpResponse:
    """Pay a refused part after all."""
    part = get_object_or_404(work_queries.refused_parts_for(request.member.client), pk=part_id)
    view_helpers.call_and_report(
        request,
        "Approved. The payment is being processed.",
        lambda: refused_parts.grant_part(part=part, member=request.member, at=timezone.now()),
    )
    return redirect("gigs:client-work", part.work_id)


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
