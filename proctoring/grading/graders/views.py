"""Pages of graders: the desk, one answer without its author, and how far graders agree."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import UserRequest, for_staff
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import send_file
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form
from proctoring.grading.answers import answer_to
from proctoring.grading.graders import queries, services
from proctoring.grading.graders.forms import MarksForm
from proctoring.grading.ratings import criteria_of
from proctoring.models import AnswerRating

for_graders = for_staff("grader")


@for_graders
def desk(request: UserRequest) -> HttpResponse:
    """What waits for this grader."""
    now = timezone.now()
    waiting = queries.waiting_for(request.user, now)
    context = {
        "count": waiting.count(),
        "oldest": waiting.order_by("opened_at").first(),
        "taken": queries.taken_by(request.user, now),
        "rated": AnswerRating.objects.filter(
            grader=request.user, given_at__gt=now - queries.RECENT
        ).count(),
    }
    return render(request, "proctoring/grading/desk.html", context)


@for_graders
@require_POST
def take(request: UserRequest) -> HttpResponseBase:
    """Take the next answer."""
    try:
        rating = services.take_next(grader=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
        return redirect("proctoring:grading")
    return redirect("proctoring:rating", rating.pk)


@for_graders
@form_page
def rating(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One answer with its task and the form of marks. After it comes the next one."""
    row = get_object_or_404(queries.own_rating(request.user, pk))
    if row.given_at is not None:
        return redirect("proctoring:grading")
    form = MarksForm(post_data_or_none(request), criteria=criteria_of(row.question))
    if form.is_valid():
        try:
            services.rate(
                rating=row,
                grader=request.user,
                criteria=form.marks(),
                comment=form.cleaned_data["comment"],
                at=timezone.now(),
            )
            messages.success(request, "Saved.")
            return take(request)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    version = row.question.version
    return render_form(
        request,
        "proctoring/grading/rating.html",
        form,
        rating=row,
        version=version,
        expected=version.key.expected,
        answer=answer_to(row.question),
    )


@for_graders
@require_POST
def give_back(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Leave the answer to another grader."""
    row = get_object_or_404(queries.own_rating(request.user, pk))
    services.give_back(rating=row, at=timezone.now())
    messages.info(request, "Another grader will take this answer.")
    return redirect("proctoring:grading")


@for_graders
def audio(request: UserRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The recording of an answer that this grader has taken."""
    row = get_object_or_404(queries.own_rating(request.user, pk))
    recording = answer_to(row.question).recording
    if row.given_at is not None or recording is None or recording.file is None:
        raise Http404
    return send_file(request, recording.file, inline=True)


@for_graders
def agreement(request: UserRequest) -> HttpResponse:
    """How far graders agree with each other and with the machine."""
    context = {"figures": queries.grader_figures(timezone.now())}
    return render(request, "proctoring/grading/agreement.html", context)
