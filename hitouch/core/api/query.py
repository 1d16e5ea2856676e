"""Query parameters of the API: what an endpoint does not declare, or cannot read, is refused."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Choices
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

UNKNOWN = "There is no such query parameter here."
REPEATED = "Send this query parameter once."
Fault = tuple[str, str, str]


class QueryInvalid(exceptions.ParseError):
    """The query string has an unknown, repeated or malformed parameter; `errors` names each."""

    default_code = "query_invalid"

    def __init__(self, faults: list[Fault]) -> None:
        names = ", ".join(dict.fromkeys(name for name, _, _ in faults))
        super().__init__(f"Some of the query parameters are not valid: {names}"[:300])
        self.errors = [
            {"parameter": name[:100], "code": code, "detail": text} for name, code, text in faults
        ]


class QueryForm(forms.Form):
    """Base for filters: the parameters are optional, and an empty one is like none."""


class PageForm(QueryForm):
    """The number of rows in a page; a larger number than the endpoint's is cut."""

    limit = forms.IntegerField(required=False, min_value=1)


class NumberedPageForm(PageForm):
    """Pages by number."""

    page = forms.IntegerField(required=False, min_value=1)


class CursorPageForm(PageForm):
    """Pages by cursor. The paginator reads the cursor itself."""

    cursor = forms.CharField(required=False)


def choice_filter(name: str, choices: type[Choices]) -> type[QueryForm]:
    """A form with one parameter that takes one of the choices."""
    field = forms.ChoiceField(required=False, choices=[("", "All"), *choices.choices])
    return type("ChoiceFilter", (QueryForm,), {name: field})


class QueryParametersMixin(APIView):
    """Reads the query string of GET by `query_form` and the form of the pagination class.

    `self.query` holds what the filter's form has read; it is empty while the OpenAPI document is
    made. An unknown parameter is an error, because a misspelt filter would answer with all rows.
    Other methods take no query parameters: what was meant for the body would be lost unseen.
    """

    query_form: ClassVar[type[forms.Form]] = QueryForm
    query: Mapping[str, Any] = {}

    @classmethod
    def query_forms(cls) -> list[type[forms.Form]]:
        """The forms whose fields are the parameters of this endpoint."""
        pages = getattr(getattr(cls, "pagination_class", None), "query_form", None)
        return [cls.query_form, *([pages] if pages else [])]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the query string after the caller's permission."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        reads = request.method in ("GET", "HEAD")
        forms_of_method = self.query_forms() if reads else [QueryForm]
        bound = [form_class(request.query_params) for form_class in forms_of_method]
        if faults := list(_faults(request, bound)):
            raise QueryInvalid(faults)
        self.query = bound[0].cleaned_data


def _faults(request: Request, bound: list[forms.Form]) -> Iterator[Fault]:
    known = {name for form in bound for name in form.fields}
    for name, values in request.query_params.lists():
        if name not in known:
            yield name, "unknown_parameter", UNKNOWN
        elif len(values) > 1:
            yield name, "repeated_parameter", REPEATED
    for form in bound:
        for name, errors in form.errors.get_json_data().items():
            for error in errors:
                yield name, error["code"] or "invalid", error["message"]
