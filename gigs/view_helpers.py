"""Helpers of the page views: call a service, save a form, send a file, paginate."""

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

Result = TypeVar("Result")
PAGE_SIZE = 12


def call_and_report(
    request: HttpRequest, done: str, call: Callable[[], object], *, form: Form | None = None
) -> bool:
    """Call a service; show the message `done`, or its refusal: beside its field of the form."""
    try:
        call()
    except Refusal as refusal:
        if form is not None and refusal.field in form.fields:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def save_form(form: Form, call: Callable[[], Result]) -> Result | None:
    """Call a service for a valid form; add a refusal to the form and return None."""
    if not form.is_valid():
        return None
    with add_refusals_to(form):
        return call()
    return None


def file_of(work: Work, deliverable_id: UUID) -> StoredFile:
    """The file of a deliverable of this work; 404 for a link, and while its pictures are read."""
    found = get_object_or_404(work.deliverables, pk=deliverable_id)
    if found.file is None or not found.is_checked:
        raise Http404
    return found.file


def paginate(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page of the rows given by `?page=`."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
