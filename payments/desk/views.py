"""Finance's desk: what is stuck, since when, and whose turn it is; the legal model of projects."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import UserRequest, for_staff
from hitouch.core.admin import refuse_query
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from payments.desk import queries
from payments.rates import legal_models
from payments.rates.forms import LegalModelForm

PAGE_SIZE = 50


def _page(request: UserRequest, template: str, title: str, **context: Any) -> HttpResponse:
    shown = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, shown)


@require_safe
@for_staff("finance")
def desk(request: UserRequest) -> HttpResponse:
    """One row for each kind of thing that waits, with its amount, its age and who can act."""
    refuse_query(request)
    now = timezone.now()
    rows = queries.stuck_money(viewer=request.user, now=now)
    yours = sum(row.is_yours for row in rows)
    template = "payments/desk/desk.html"
    return _page(request, template, "Finance desk", rows=rows, yours=yours, now=now)


@require_safe
@for_staff("finance")
@query_parameters(PageNumberForm)
def projects(request: UserRequest) -> HttpResponse:
    """All projects with their legal model."""
    rows = Paginator(legal_models.projects_for_staff(), PAGE_SIZE)
    page = rows.get_page(request.GET.get("page"))
    return _page(request, "payments/desk/projects.html", "Legal models of projects", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("finance")
def project(request: UserRequest, project_id: UUID) -> HttpResponse:
    """One project with the form of its legal model, while it can change."""
    row: Any = get_object_or_404(legal_models.projects_for_staff(), pk=project_id)
    form = LegalModelForm(request.POST or None, initial={"legal_model": row.legal_model})
    if request.method == "POST" and form.is_valid():
        try:
            legal_models.set_legal_model(
                project=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            add_refusal_to(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("payments:project", project_id)
    return _page(request, "payments/desk/project.html", row.title, project=row, form=form)
