"""Admin of the check of the money: each invariant with its state, and a button to check now."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin, refuse_query
from payments.integrity import services
from payments.integrity.invariants import INVARIANTS
from payments.models import MoneyCheck


@admin.register(MoneyCheck)
class MoneyCheckAdmin(ActionPagesAdmin):
    """One page: what must be true, and whether it was at the last check."""

    allowed_roles = ("finance",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The invariants and the last checks."""
        if not self.has_role(request):
            raise PermissionDenied
        refuse_query(request)
        if request.method == "POST":
            check = services.run_check(at=timezone.now(), by=authenticated_user(request))
            say = messages.success if check.is_clean else messages.error
            say(request, str(check))
            return redirect("admin:payments_moneycheck_changelist")
        checks = list(MoneyCheck.objects.order_by("-at")[:20])
        last = checks[0] if checks else None
        broken = {row["name"]: row for row in last.broken} if last else {}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Check of the money",
            "last": last,
            "checks": checks,
            "invariants": [(row, broken.pop(row.name, None)) for row in INVARIANTS],
            "others": broken.values(),
        }
        return TemplateResponse(request, "payments/integrity/admin/checks.html", context)
