"""Query parameters of pages: what a page does not declare, or cannot read, is refused by name.

A misspelt filter would otherwise show all rows. The API has the same rule in
`hitouch/core/api/query.py`, the admin's lists refuse filters by themselves.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from hitouch.core.api.malformed import Fault
from hitouch.core.api.query import UNKNOWN

View = TypeVar("View", bound=Callable[..., Any])
#: Added to links by mail programs and advertisements; they change nothing.
TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "msclkid")
_SENTENCE = "The address of this page has a part that is not valid: {names}."


class PageNumberForm(forms.Form):
    """The number of a page of a list. One beyond the end shows the last page."""

    page = forms.IntegerField(required=False, min_value=1)


class NextPageForm(forms.Form):
    """The page to go on to, which the view checks."""

    next = forms.CharField(required=False)


class LinkForm(forms.Form):
    """Whom a link to a private file was made for (`web.downloads`)."""


LinkForm.base_fields["for"] = forms.CharField(required=False)


def query_parameters(
    *form_classes: type[forms.Form], check_values: bool = True
) -> Callable[[View], View]:
    """Declare that a page's address may have the parameters of these forms.

    Without `check_values` only the names are checked, since the page says itself what is wrong
    with the values.
    """

    def declare(view: View) -> View:
        view.query_forms = form_classes  # type: ignore[attr-defined]
        view.checks_query_values = check_values  # type: ignore[attr-defined]
        return view

    return declare


def any_query_parameters(view: View) -> View:
    """Declare that others make up the parameters, such as a provider who sends people back."""
    view.query_forms = None  # type: ignore[attr-defined]
    return view


def fault_of_query(request: HttpRequest, view: Callable[..., Any]) -> Fault | None:
    """What is wrong with the query string of one of our own pages; None if nothing."""
    if request.method not in ("GET", "HEAD") or not request.GET or not _is_own_page(request, view):
        return None
    declared = getattr(view, "query_forms", ())
    if declared is None:
        return None
    errors = list(_errors(request, declared, getattr(view, "checks_query_values", True)))
    if not errors:
        return None
    names = ", ".join(error["parameter"] for error in errors[:5])
    return Fault(400, "query_invalid", _SENTENCE.format(names=names), errors)


def _is_own_page(request: HttpRequest, view: Callable[..., Any]) -> bool:
    if request.path.startswith(reverse("admin:index")):
        return False
    if hasattr(view, "view_class"):
        return False  # of a library, which reads parameters of its own
    root = view.__module__.partition(".")[0]
    return root == "hitouch" or apps.is_installed(root)


def _errors(
    request: HttpRequest, declared: tuple[type[forms.Form], ...], check_values: bool
) -> Iterator[dict[str, str]]:
    fields = {
        name: field
        for form_class in declared
        for name, field in getattr(form_class, "base_fields", {}).items()
    }
    for name in request.GET:
        if name.startswith(TRACKING):
            continue
        if name not in fields:
            yield {"parameter": name[:40], "code": "unknown_parameter", "detail": UNKNOWN}
        elif check_values and (error := _fault_of_value(fields[name], request, name)):
            code, detail = error.code or "invalid", str(error.message)
            yield {"parameter": name[:40], "code": code, "detail": detail}


def _fault_of_value(field: forms.Field, request: HttpRequest, name: str) -> ValidationError | None:
    """What the field has against the value. Choices among rows are checked by the view."""
    if isinstance(field, forms.ModelChoiceField):
        return None
    try:
        field.clean(field.widget.value_from_datadict(request.GET, request.FILES, name))
    except ValidationError as error:
        return error.error_list[0]
    return None
