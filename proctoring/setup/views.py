"""Pages before an assessment starts: rules and consent, checks, photo, start."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form
from proctoring import conf, queries
from proctoring.artefacts.registry import artefacts
from proctoring.delivery import services as sittings
from proctoring.delivery.decorators import at_step, own_sitting, redirect_to_step
from proctoring.invitations import services as invitations
from proctoring.invitations.bans import ban_of, ban_text
from proctoring.models import Sitting, SystemCheck
from proctoring.setup import forms, services

State = Sitting.State


@for_agents
@form_page
def assessment(request: AgentRequest) -> HttpResponse:
    """Instructions, and the consent that opens a sitting."""
    form = forms.ConsentForm(post_data_or_none(request))
    if form.is_valid():
        try:
            by = request.user
            return redirect_to_step(
                services.start_sitting(agent=request.agent, by=by, at=timezone.now())
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("proctoring:assessment")
    now = timezone.now()
    context = queries.instructions(request.agent, now)
    ban = ban_of(request.agent, now)
    context |= {"form": form, "artefacts": artefacts(), "ban": ban_text(ban) if ban else ""}
    return render(request, "proctoring/assessment.html", context)


@for_agents
@require_POST
def request_attempt(request: AgentRequest) -> HttpResponse:
    """Request another attempt."""
    try:
        invitations.invite_again(agent=request.agent, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("proctoring:assessment")


@own_sitting
def sitting(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """Redirect to the current step."""
    return redirect_to_step(sitting)


@at_step(State.SYSTEM_CHECK)
def computer(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The system check."""
    form = forms.SystemCheckForm(post_data_or_none(request))
    check = None
    if form.is_valid():
        check = services.check_system(
            sitting=sitting, facts=form.facts(), by=request.user, at=timezone.now()
        )
    return _check_response(request, sitting, check, "proctoring/computer.html", form)


@at_step(State.DEVICE_TEST)
def devices(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The camera and microphone check."""
    form = forms.DeviceTestForm(post_data_or_none(request))
    check = None
    if form.is_valid():
        facts = form.cleaned_data
        check = services.check_devices(sitting=sitting, by=request.user, at=timezone.now(), **facts)
    return _check_response(request, sitting, check, "proctoring/devices.html", form)


def _check_response(
    request: AgentRequest,
    sitting: Sitting,
    check: SystemCheck | None,
    template: str,
    form: forms.SystemCheckForm | forms.DeviceTestForm,
) -> HttpResponse:
    if check is not None and check.passed:
        return redirect_to_step(check.sitting)
    width, height = conf.min_screen()
    context = {"sitting": sitting, "form": form, "check": check, "width": width, "height": height}
    return render(request, template, {**context, "steps": queries.steps_of(sitting)})


@at_step(State.IDENTITY)
def photo(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The identity photo."""
    form = forms.IdentityPhotoForm(post_data_or_none(request), request.FILES)
    if form.is_valid():
        try:
            picture = form.cleaned_data["photo"]
            by = request.user
            return redirect_to_step(
                services.save_identity_photo(
                    sitting=sitting, photo=picture, by=by, at=timezone.now()
                )
            )
        except Refusal as refusal:
            add_refusal_to(form, refusal, field="photo")
    steps = queries.steps_of(sitting)
    return render_form(request, "proctoring/photo.html", form, sitting=sitting, steps=steps)


@at_step(State.READY)
def begin(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The last page before the timer starts."""
    if request.method == "POST":
        try:
            return redirect_to_step(
                sittings.begin_sitting(sitting=sitting, by=request.user, at=timezone.now())
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
    sections = sitting.assessment.sections.order_by("position")
    context = {"sitting": sitting, "sections": sections, "steps": queries.steps_of(sitting)}
    return render(request, "proctoring/begin.html", context)
