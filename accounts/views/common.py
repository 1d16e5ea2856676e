"""What the pages of this app share."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

form_page = require_http_methods(["GET", "HEAD", "POST"])


def show(request: HttpRequest, template: str, form: forms.Form, **context: object) -> HttpResponse:
    """The page with its form; a limit that was reached answers 429 and says how long."""
    response = render(request, template, {"form": form, **context})
    refusal = getattr(form, "refusal", None)
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


def posted(request: HttpRequest) -> QueryDict | None:
    """The form's data, or None while nothing was sent."""
    return request.POST if request.method == "POST" else None
