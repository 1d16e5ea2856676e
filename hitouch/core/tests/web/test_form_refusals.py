"""A refusal of a service is shown in the form that was sent."""

import pytest
from django import forms
from django.test import RequestFactory

from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.views import render_form


class NameTaken(Refusal):
    code = "name_taken"
    message = "That name is taken."
    field = "name"


class NameForm(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False)


class NoteForm(forms.Form):
    note = forms.CharField()


class SlowDown(Refusal):
    code = "slow_down"
    message = "Try again in a minute."
    retry_after = 60


@pytest.mark.parametrize(
    ("form_class", "field", "shown_at"),
    [(NameForm, "", "name"), (NoteForm, "", "__all__"), (NameForm, "note", "note")],
)
def test_refusal_is_shown_at_its_field_or_above_the_form(form_class, field, shown_at):
    """A form without the refusal's field shows it above; a view may name another field."""
    form = form_class({"name": "Asha", "note": "x"})
    assert form.is_valid()
    with add_refusals_to(form, field=field):
        raise NameTaken
    error = {"message": "That name is taken.", "code": "name_taken"}
    assert form.errors.get_json_data() == {shown_at: [error]}


def test_other_errors_are_not_caught():
    """Only refusals become form errors; a defect stays visible."""
    with pytest.raises(ZeroDivisionError), add_refusals_to(NameForm({"name": "Asha"})):
        raise ZeroDivisionError


def test_a_reached_limit_answers_429():
    """The page says when to try again, in the status and in `Retry-After`."""
    form = NameForm({"name": "Asha"})
    assert form.is_valid()
    with add_refusals_to(form):
        raise SlowDown
    response = render_form(
        RequestFactory().post("/"), "accounts/authentication/contacts.html", form
    )
    assert (response.status_code, response["Retry-After"]) == (429, "60")
