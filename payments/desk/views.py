"""Finance's desk: what is stuck, since when, and whose turn it is."""

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import UserRequest, for_staff
from hitouch.core.admin import refuse_query
from payments.desk import queries


@require_safe
@for_staff("finance")
def desk(request: UserRequest) -> HttpResponse:
    """One row for each kind of thing that waits, with its amount, its age and who can act."""
    refuse_query(request)
    now = timezone.now()
    rows = queries.stuck_money(viewer=request.user, now=now)
    context = {
        **admin.site.each_context(request),
        "title": "Finance desk",
        "rows": rows,
        "yours": sum(row.is_yours for row in rows),
        "now": now,
    }
    return TemplateResponse(request, "payments/desk/desk.html", context)
