"""Helpers for views with forms."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]
#: Decorator for a page whose form is posted to the same URL.
form_page = require_http_methods(["GET", "HEAD", "POST"])


def post_data_or_none(request: HttpRequest) -> QueryDict | None:
    """The data to bind a form to: None, so that it stays unbound, unless this is a POST."""
    return request.POST if request.method == "POST" else None


def render_form(
    request: HttpRequest, template: str, form: forms.BaseForm, **context: object
) -> HttpResponse:
    """Render a page with its form; 429, or 503, with `Retry-After` after a refusal that has one."""
    response = render(request, template, {"form": form, **context})
    refusal: Any = getattr(form, "refusal", None)
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        response.status_code = 503 if refusal.status == 503 else 429
        response["Retry-After"] = str(wait)
    return response
