"""Pages before an assessment starts: rules and consent, checks, photo, sentence, start."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import AgentRequest, for_agents
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form
from proctoring import queries
from proctoring.artefacts.registry import artefacts
from proctoring.delivery import services as sittings
from proctoring.delivery.decorators import at_step, own_sitting, redirect_to_step
from proctoring.invitations import services as invitations
from proctoring.invitations.bans import ban_of, ban_text
from proctoring.models import IdentityCheck, MonitoringDemand, Sitting, SystemCheck
from proctoring.setup import forms, services
from proctoring.setup import queries as checks

State = Sitting.State
#: The page of each check.
PAGES = {
    SystemCheck.Kind.NETWORK: "proctoring:computer",
    SystemCheck.Kind.SYSTEM: "proctoring:computer",
    SystemCheck.Kind.DEVICES: "proctoring:devices",
    checks.IDENTITY: "proctoring:photo",
    SystemCheck.Kind.SENTENCE: "proctoring:sentence",
}


def _from(state: str) -> tuple[str, ...]:
    """This step and all later ones before the start: a check can be repeated there."""
    return Sitting.PREPARING[Sitting.PREPARING.index(state) :]


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


@at_step(*_from(State.SYSTEM_CHECK))
def computer(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The system check and the network probe."""
    form = forms.SystemCheckForm(post_data_or_none(request))
    check = None
    if form.is_valid():
        check = services.check_system(
            sitting=sitting, facts=form.facts(), by=request.user, at=timezone.now()
        )
    return _check_response(request, sitting, check, "proctoring/computer.html", form)


@at_step(*_from(State.DEVICE_TEST))
def devices(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The camera and microphone check."""
    form = forms.DeviceTestForm(post_data_or_none(request), request.FILES or None)
    check = None
    if form.is_valid():
        try:
            sent = form.cleaned_data
            by = request.user
            check = services.check_devices(sitting=sitting, by=by, at=timezone.now(), **sent)
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return _check_response(request, sitting, check, "proctoring/devices.html", form)


def _check_response(
    request: AgentRequest,
    sitting: Sitting,
    check: SystemCheck | None,
    template: str,
    form: Form,
) -> HttpResponse:
    if check is not None and check.passed:
        return redirect_to_step(check.sitting)
    return render_form(
        request,
        template,
        form,
        sitting=sitting,
        check=check,
        steps=queries.steps_of(sitting),
        needs_camera=MonitoringDemand.CAMERA not in sitting.waives,
        needs_sound=MonitoringDemand.MICROPHONE not in sitting.waives,
    )


@at_step(State.IDENTITY, State.READY)
def photo(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The photo, and then the sentence."""
    if sitting.state == State.IDENTITY and checks.IDENTITY not in _outstanding(sitting):
        return redirect("proctoring:sentence", sitting.pk)
    form = forms.IdentityPhotoForm(post_data_or_none(request), request.FILES or None)
    if form.is_valid():
        try:
            taken = services.check_identity(
                sitting=sitting,
                photo=form.cleaned_data["photo"],
                by=request.user,
                at=timezone.now(),
            )
            if taken.outcome != IdentityCheck.Outcome.RETRY:
                return redirect_to_step(taken.sitting)
            form.add_error("photo", taken.advice)
        except Refusal as refusal:
            add_refusal_to(form, refusal, field="photo")
    return render_form(
        request,
        "proctoring/photo.html",
        form,
        sitting=sitting,
        steps=queries.steps_of(sitting),
        tries_left=checks.photo_tries_left(sitting),
        finds_faces=MonitoringDemand.FACE not in sitting.waives,
    )


@at_step(*_from(State.IDENTITY))
def sentence(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """The sentence to say aloud."""
    form = forms.SentenceForm(post_data_or_none(request), request.FILES or None)
    if form.is_valid():
        try:
            sound = form.cleaned_data["sound"]
            by = request.user
            services.say_sentence(sitting=sitting, sound=sound, by=by, at=timezone.now())
            return redirect("proctoring:sentence", sitting.pk)
        except Refusal as refusal:
            add_refusal_to(form, refusal, field="sound")
    shown = services.sentence_status(sitting=sitting, at=timezone.now())
    if shown["check"] in (checks.CheckState.PASSED, checks.CheckState.WAIVED):
        return redirect_to_step(sitting)
    return render_form(
        request,
        "proctoring/sentence.html",
        form,
        sitting=sitting,
        shown=shown,
        steps=queries.steps_of(sitting),
    )


@at_step(State.IDENTITY_REVIEW)
def waiting(request: AgentRequest, sitting: Sitting) -> HttpResponse:
    """A person looks at the photo. The page shows by itself what they decide."""
    since = sitting.events.filter(became=State.IDENTITY_REVIEW).latest("at", "id").at
    context = {"sitting": sitting, "since": since, "steps": queries.steps_of(sitting)}
    return render(request, "proctoring/waiting.html", context)


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
    context = {
        "sitting": sitting,
        "sections": sections,
        "steps": queries.steps_of(sitting),
        "to_repeat": [
            (status.title, PAGES[status.check])
            for status in checks.statuses(sitting, timezone.now())
            if not status.holds
        ],
    }
    return render(request, "proctoring/begin.html", context)


def _outstanding(sitting: Sitting) -> list[str]:
    return checks.outstanding(sitting, timezone.now())
