"""Admin of scales, and of the panels that set them."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin, ReadOnlyAdmin, refuse_query
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import View, form_page, post_data_or_none
from proctoring.models import AngoffPanel, Scale
from proctoring.scales import angoff, forms, panels, queries, services
from proctoring.scales.cuts import LEVELS_WITH_CUT

TEMPLATES = "proctoring/scales/admin"


@admin.register(Scale)
class ScaleAdmin(ReadOnlyAdmin):
    """Published scales, the newest first."""

    allowed_roles = (*queries.FACILITATORS, *queries.PANELISTS, "proctor")
    list_display = ["number", "origin", "cuts_in_words", "published_at", "published_by"]
    list_select_related = ["published_by__agent"]
    ordering = ["-number"]

    @admin.display(description="Cuts in logits")
    def cuts_in_words(self, scale: Scale) -> str:
        return ", ".join(f"{level} {cut:+.2f}" for level, cut in scale.cuts.items())


@admin.register(AngoffPanel)
class AngoffPanelAdmin(ActionPagesAdmin):
    """Panels: opening, judging, closing, publishing."""

    allowed_roles = (*queries.FACILITATORS, *queries.PANELISTS)
    list_display = ["title", "round", "opened_at", "opened_by", "closed_at"]
    list_select_related = ["opened_by__agent"]
    ordering = ["-opened_at"]
    change_list_template = f"{TEMPLATES}/panels.html"

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The page of a panel and its actions."""
        return {
            "new": ("new/", form_page(self.new)),
            "next-round": ("<uuid:pk>/next-round/", require_POST(self.next_round)),
            "close": ("<uuid:pk>/close/", require_POST(self.close)),
            "publish": ("<uuid:pk>/publish/", require_POST(self.publish)),
            "panel": ("<uuid:pk>/change/", form_page(self.panel)),
        }

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, with a button for facilitators."""
        leads = authenticated_user(request).has_role(*queries.FACILITATORS)
        return super().changelist_view(request, {"leads": leads, **(extra_context or {})})

    def new(self, request: HttpRequest) -> HttpResponseBase:
        """Open a panel."""
        self._require_facilitator(request)
        form = forms.PanelForm(post_data_or_none(request))
        if form.is_valid():
            try:
                panel = panels.open_panel(
                    title=form.cleaned_data["title"],
                    panelists=list(form.cleaned_data["panelists"]),
                    items=queries.items_for_panel(form.cleaned_data["per_level"]),
                    by=authenticated_user(request),
                    at=timezone.now(),
                )
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                messages.success(request, "Opened. The panelists can begin.")
                return self._to_panel(panel.pk)
        return self._render(request, "new.html", title="New panel", form=form)

    def panel(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Judge the items, see how far the panel agrees, and what follows from it."""
        panel = get_object_or_404(AngoffPanel, pk=pk)
        by = authenticated_user(request)
        judges = panel.panelists.filter(pk=by.pk).exists()
        leads = by.has_role(*queries.FACILITATORS)
        if not (judges or leads):
            raise PermissionDenied
        versions = queries.versions_of_panel(panel)
        judgements = queries.judgements_of(panel)
        own = {
            (row.item, row.level): row.probability
            for row in judgements
            if row.panelist == str(by.pk)
        }
        form = forms.JudgementForm(post_data_or_none(request), versions=versions, own=own)
        if request.method == "POST" and form.is_valid():
            try:
                panels.save_judgements(panel=panel, given=form.given(), by=by, at=timezone.now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Saved.")
                return self._to_panel(pk)
        # Nobody sees what others said before having judged alone.
        shows_others = panel.round > 1 or panel.closed_at is not None or leads
        said = angoff.agreement(judgements) if shows_others else {}
        cuts = queries.cuts_of(panel) if shows_others else []
        scale = Scale.objects.filter(panel=panel).first()
        context = {
            "title": panel.title,
            "panel": panel,
            "levels": LEVELS_WITH_CUT,
            "form": form,
            "judges": judges and panel.closed_at is None,
            "leads": leads,
            "rows": [
                (
                    version,
                    form.rows(version),
                    [said.get((str(version.pk), level)) for level in LEVELS_WITH_CUT],
                )
                for version in versions
            ],
            "shows_others": shows_others,
            "progress": queries.progress_of(panel),
            "cuts": cuts,
            "now": services.scale_in_force(),
            "effect": queries.effect_of(panel.cuts) if panel.cuts else None,
            "scale": scale,
            "may_publish": leads and by.pk not in (panel.opened_by_id, panel.closed_by_id),
        }  # fmt: skip
        return self._render(request, "panel.html", **context)

    def next_round(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Begin another round."""
        return self._act(request, pk, panels.begin_next_round, "The next round has begun.")

    def close(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Close the panel."""
        return self._act(request, pk, panels.close_panel, "The panel is closed.")

    def publish(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Publish the scale, as a second person."""
        return self._act(request, pk, panels.publish_scale, "The scale is in force.")

    def _act(self, request: HttpRequest, pk: UUID, service: Any, outcome: str) -> HttpResponseBase:
        by = self._require_facilitator(request)
        try:
            service(panel=get_object_or_404(AngoffPanel, pk=pk), by=by, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, outcome)
        return self._to_panel(pk)

    @staticmethod
    def _require_facilitator(request: HttpRequest) -> User:
        by = authenticated_user(request)
        if not by.has_role(*queries.FACILITATORS):
            raise PermissionDenied
        return by

    @staticmethod
    def _to_panel(pk: UUID) -> HttpResponseBase:
        return redirect(reverse("admin:proctoring_angoffpanel_panel", args=[pk]))

    def _render(self, request: HttpRequest, template: str, **context: Any) -> HttpResponseBase:
        refuse_query(request)
        site = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, f"{TEMPLATES}/{template}", {**site, **context})
