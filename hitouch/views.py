"""Pages of no particular app: home, landing redirect, legal texts, CSRF failure, style guide."""

from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.consents import registry as consents_registry
from accounts.hooks import landing_for
from accounts.permissions import UserRequest, for_everyone, for_users
from accounts.privacy.services import grace_days
from accounts.sessions.login import safe_next
from chatbot.assistant import client as help_model
from hitouch.core.web.badges import TONES
from hitouch.core.web.steps import Step
from hitouch.privacy import retention_rules


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """The home page for visitors who are not signed in."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    return render(request, "landing.html")


@require_safe
@for_users
def landing(request: UserRequest) -> HttpResponse:
    """Redirect a signed-in person to their next step."""
    if consents_registry.missing_consents(request.user):
        return redirect("accounts:agree")
    return redirect(landing_for(request.user, now=timezone.now()).url)


@require_safe
@for_everyone
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of use."""
    return render(request, "legal/terms.html", {"version": consents_registry.version_of("terms")})


@require_safe
@for_everyone
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice."""
    context = {
        "version": consents_registry.version_of("privacy"),
        "reasons": retention_rules.reasons().values(),
        "grace_days": grace_days(),
        "help_model_host": help_model.host(),
    }
    return render(request, "legal/privacy.html", context)


#: Pages on which somebody who is logged in has nothing to do.
WAY_IN = ("/log-in/", "/sign-up/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a missing or wrong CSRF token.

    The log-in form of a second tab has an old token once the first tab has logged in: the person
    is where they wanted to be, and goes on.
    """
    if request.user.is_authenticated and request.path.startswith(WAY_IN):
        return redirect(safe_next(request) or "hitouch:landing")
    context = {"cookies_off": reason == REASON_NO_CSRF_COOKIE}
    return render(request, "403_csrf.html", context, status=403)


class SampleForm(forms.Form):
    """One field of every kind, for the style guide."""

    name = forms.CharField(help_text="As on your PAN card.")
    email = forms.EmailField(required=False)
    bio = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    state = forms.ChoiceField(choices=[("KA", "Karnataka"), ("MH", "Maharashtra")])
    birth_on = forms.DateField(label="Date of birth", widget=forms.DateInput({"type": "date"}))
    shift = forms.ChoiceField(
        choices=[("DAY", "Day"), ("NIGHT", "Night")], widget=forms.RadioSelect
    )
    skills = forms.MultipleChoiceField(
        choices=[("chat", "Chat"), ("voice", "Voice")], widget=forms.CheckboxSelectMultiple
    )
    photo = forms.FileField(required=False)
    agree = forms.BooleanField(label="I have read this")


STEPS = [
    Step("contact", "Your contacts", "done", "#"),
    Step("profile", "Your profile", "open", "#", "About 6 minutes"),
    Step("kyc", "Your documents", "later", "#"),
]


@require_safe
@for_everyone
def styleguide(request: HttpRequest) -> HttpResponse:
    """The style guide: every component in all its states."""
    now = timezone.now()
    context = {
        "form": SampleForm(),
        "bad_form": SampleForm({"name": "Asha", "email": "not an address"}, auto_id="bad_%s"),
        "steps": STEPS,
        "tones": [(tone, states.split()[0].title()) for tone, states in TONES.items()],
        "now": now,
        "later": now + timedelta(hours=4),
        "page": Paginator(range(90), 30).page(2),
        "amounts": [5, 148_200, 12_345_678],
    }
    return render(request, "styleguide.html", context)
