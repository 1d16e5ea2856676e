"""The live page of components: what exists, in all its states."""

from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import for_everyone
from hitouch.core.web.badges import TONES
from hitouch.core.web.steps import Step


class SampleForm(forms.Form):
    """Every kind of field there is."""

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
    """Show every component."""
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
