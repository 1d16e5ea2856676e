"""What the pages of gigs share: trying a service, and pages of a list."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gigs.models import Work
from hitouch.core.errors import Refusal
from hitouch.core.models import StoredFile
from hitouch.core.web.forms import add_refusals_to

Made = TypeVar("Made")
ROWS_A_PAGE = 12


def call_and_report(request: HttpRequest, done: str, call: Callable[[], object]) -> bool:
    """Call the service and say what happened: `done`, or why not."""
    try:
        call()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def save_form(form: Form, call: Callable[[], Made]) -> Made | None:
    """What the service makes of a valid form; a refusal goes back into the form."""
    if not form.is_valid():
        return None
    with add_refusals_to(form):
        return call()
    return None


def file_of(work: Work, deliverable_id: UUID) -> StoredFile:
    """The file that was handed in with this work; a link has none."""
    found = get_object_or_404(work.deliverables, pk=deliverable_id)
    if found.file is None:
        raise Http404
    return found.file


def paginate(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page of the list that the address names."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
