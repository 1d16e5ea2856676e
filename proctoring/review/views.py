"""Pages of reviewers: the queue, one case with its time axis, decisions, rulings, bans."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_staff
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from proctoring import queries as sittings
from proctoring.grading.queries import integrity_of
from proctoring.invitations.bans import ban_of
from proctoring.models import IdentityCheck, Observation, ReviewCase, Sitting, Snapshot
from proctoring.review import bans, forms, queries, services
from proctoring.review.risk import risk_of
from proctoring.review.timeline import recording_of, timeline_of

for_proctors = for_staff("proctor")
PAGE_SIZE = 25


@for_proctors
@require_safe
@query_parameters(PageNumberForm, forms.ReviewFilter)
def reviews(request: UserRequest) -> HttpResponse:
    """The queue: what is overdue first, then by risk and age."""
    now = timezone.now()
    filters = forms.ReviewFilter(request.GET)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    rows = queries.with_people(queries.filtered(request.user, now, wanted))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.words = queries.shown_reasons(row.reasons)
        row.is_late = row.due_at <= now
        row.holder = row.claimed_by if queries.is_claimed(row, now) else None
    context = {
        "page": page,
        "filters": filters,
        "can_take": queries.claimable_by(request.user, now).exists(),
        "own": ReviewCase.objects.open().filter(claimed_by=request.user).exists(),
    }
    return render(request, "proctoring/review/queue.html", context)


@for_proctors
@require_POST
def next_case(request: UserRequest) -> HttpResponse:
    """Claim the next case and open it."""
    return _go_on(request)


def _go_on(request: UserRequest) -> HttpResponse:
    """Open the next case for this reviewer, or the queue."""
    try:
        case = services.claim_next(by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
        return redirect("proctoring:reviews")
    return redirect("proctoring:case", case.sitting_id)


@for_proctors
def case(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """One sitting with photos, time axis, entries and answers."""
    return case_page(request, get_object_or_404(Sitting, pk=pk))


def case_page(request: UserRequest, sitting: Sitting, **given: Any) -> HttpResponse:
    """Render the page of one sitting; `given` overrides its context."""
    now = timezone.now()
    findings, times = integrity_of(sitting)
    review = queries.open_case_of(sitting)
    holder = review.claimed_by if review and queries.is_claimed(review, now) else None
    facts = queries.facts_of(sitting)
    context = {
        "sitting": sittings.case_of(sitting),
        "review": review,
        "reasons": queries.shown_reasons(review.reasons) if review else [],
        "risk": risk_of(facts),
        "facts": facts,
        "holder": holder,
        "is_mine": holder == request.user,
        "is_involved": queries.is_involved(sitting, request.user),
        "photos": IdentityCheck.objects.filter(sitting=sitting).order_by("number", "taken_at"),
        "timeline": timeline_of(sitting, now),
        "appeals": queries.appeals_for(sitting, request.user),
        "findings": findings,
        "times": times,
        "drawn": sittings.questions_of(sitting),
        "history": sitting.events.order_by("at", "id"),
        "ban": ban_of(sitting.agent, now),
        "decision_form": forms.ReviewDecisionForm(),
        "form": forms.VoidForm(),
        "ban_form": forms.BanForm(),
        "revoke_form": forms.RevokeBanForm(auto_id="revoke_%s"),
        "answer_form": forms.AppealAnswerForm(),
        "confirmed_reason": forms.CONFIRMED_REASON,
    }
    return render(request, "proctoring/case.html", context | given)


@for_proctors
@require_POST
def claim(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Claim the open case of a sitting."""
    found = queries.open_case_of(get_object_or_404(Sitting, pk=pk))
    if found is None:
        raise Http404
    try:
        services.claim_case(case=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:case", pk)


@for_proctors
@require_POST
def release(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a claimed case back, and go to the queue."""
    found = queries.open_case_of(get_object_or_404(Sitting, pk=pk))
    if found is None:
        raise Http404
    try:
        services.release_case(case=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:reviews")


@for_proctors
@require_POST
def decide(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Decide about a held result, and go on with the next case."""
    sitting = get_object_or_404(Sitting, pk=pk)
    found = queries.open_case_of(sitting)
    form = forms.ReviewDecisionForm(request.POST)
    if form.is_valid():
        try:
            if found is None:
                raise services.NothingToReview("This was decided meanwhile.")
            now = timezone.now()
            services.decide_case(case=found, **form.cleaned_data, by=request.user, at=now)
            messages.success(request, f"Decided: {sitting.agent}.")
            return _go_on(request)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return case_page(request, sitting, decision_form=form)


@for_proctors
@require_POST
def rule(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm or dismiss one entry."""
    observation = get_object_or_404(Observation, pk=pk)
    form = forms.RulingForm(request.POST)
    back = f"{reverse('proctoring:case', args=[observation.sitting_id])}#entry-{observation.number}"
    if not form.is_valid():
        messages.error(request, "Choose to confirm or to dismiss the entry.")
        return redirect(back)
    try:
        now = timezone.now()
        services.rule_observation(
            observation=observation, **form.cleaned_data, by=request.user, at=now
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


@for_proctors
@require_POST
def clear(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm the result."""
    sitting = get_object_or_404(Sitting, pk=pk)
    try:
        services.clear_sitting(sitting=sitting, by=request.user, at=timezone.now())
        messages.success(request, f"{sitting.agent}'s result is confirmed.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:case", pk)


@for_proctors
@require_POST
def void(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel the result."""
    sitting = get_object_or_404(Sitting, pk=pk)
    form = forms.VoidForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            now = timezone.now()
            services.void_sitting(sitting=sitting, reason=reason, by=request.user, at=now)
            messages.success(request, f"{sitting.agent}'s result is cancelled.")
            return redirect("proctoring:case", pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return case_page(request, sitting, form=form)


@for_proctors
@require_POST
def ban(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Ban the agent of a sitting from assessments."""
    sitting = get_object_or_404(Sitting, pk=pk)
    form = forms.BanForm(request.POST)
    if form.is_valid():
        try:
            facts = form.cleaned_data
            now = timezone.now()
            bans.ban_agent(agent=sitting.agent, sitting=sitting, **facts, by=request.user, at=now)
            messages.success(request, f"{sitting.agent} cannot take assessments now.")
            return redirect("proctoring:case", pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return case_page(request, sitting, ban_form=form)


@for_proctors
@require_POST
def revoke_ban(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the ban of a sitting's agent back."""
    sitting = get_object_or_404(Sitting, pk=pk)
    now = timezone.now()
    found = ban_of(sitting.agent, now)
    if found is None:
        raise Http404
    form = forms.RevokeBanForm(request.POST)
    if form.is_valid():
        try:
            bans.revoke_ban(ban=found, **form.cleaned_data, by=request.user, at=now)
            messages.success(request, f"{sitting.agent} can take assessments again.")
            return redirect("proctoring:case", pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return case_page(request, sitting, revoke_form=form)


@for_proctors
def case_photo(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The newest photo taken before the assessment."""
    rows = IdentityCheck.objects.filter(sitting=get_object_or_404(Sitting, pk=pk))
    newest = rows.select_related("photo").order_by("-number", "-taken_at").first()
    return _send_or_404(request, newest.photo if newest else None)


@for_proctors
def case_try(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The photo of one try."""
    check = get_object_or_404(IdentityCheck.objects.select_related("photo"), pk=pk)
    return _send_or_404(request, check.photo)


@for_proctors
def case_profile_photo(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The agent's profile photo."""
    return _send_or_404(request, get_object_or_404(Sitting, pk=pk).agent.photo)


@for_proctors
def case_audio(request: UserRequest, pk: uuid.UUID, recording: uuid.UUID) -> HttpResponseBase:
    """One spoken answer of a sitting."""
    sitting = get_object_or_404(Sitting, pk=pk)
    return _send_or_404(request, get_object_or_404(recording_of(sitting, recording)).file)


@for_proctors
def snapshot(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One snapshot of a sitting."""
    return _send_or_404(request, get_object_or_404(Snapshot, pk=pk).file)


def _send_or_404(request: HttpRequest, stored: StoredFile | None) -> HttpResponseBase:
    if stored is None:
        raise Http404
    return send_file(request, stored, inline=True)
