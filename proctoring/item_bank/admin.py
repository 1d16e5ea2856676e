"""Admin of the item bank: the list, a page for each item, drafts, reviews, flags, files."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import authenticated_user
from hitouch.core.admin import ActionPagesAdmin, ReadOnlyAdmin, refuse_query
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column, PagedChangeList
from hitouch.core.web.downloads import as_private_download, private_link, send_by_link
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.queues import capped_count
from hitouch.core.web.views import View, form_page, post_data_or_none
from proctoring.item_bank import audio, forms, preview, queries, review, services
from proctoring.item_bank.interchange import limits
from proctoring.item_bank.interchange import services as interchange
from proctoring.item_bank.interchange.records import MAX_SHOWN, InvalidImport
from proctoring.models import Item, ItemFlag, ItemKind, ItemReview, ItemVersion

CHANGELIST = "admin:proctoring_item_changelist"
TEMPLATES = "proctoring/item_bank/admin"
#: What the buttons of a review say.
DECISIONS = {
    ItemReview.Outcome.LIVE: "Approve as live",
    ItemReview.Outcome.TRIAL: "Approve for a trial",
    ItemReview.Outcome.RETURNED: "Return to the author",
    ItemReview.Outcome.RETIRED: "Retire",
}
#: The states from which each verb leads away, and its service.
MOVES = {
    "retire": ("Retire", ("LIVE", "TRIAL"), services.retire_item),
    "revive": ("Use again", ("RETIRED",), services.revive_item),
    "return-to-trial": ("Back on trial", ("LIVE",), services.return_to_trial),
}


class FlaggedFilter(admin.SimpleListFilter):
    """Items with open flags, or drafts."""

    title = "work to do"
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("flagged", "Flagged"), ("draft", "With a draft"), ("review", "In review")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        """Filter by the choice."""
        if self.value() == "flagged":
            flags = ItemFlag.objects.filter(resolved_at=None)
            return queryset.filter(pk__in=flags.values("version__item"))
        if self.value() == "draft":
            drafts = ItemVersion.objects.filter(published_at=None)
            return queryset.filter(pk__in=drafts.values("item"))
        if self.value() == "review":
            waiting = ItemReview.objects.filter(decided_at=None)
            return queryset.filter(pk__in=waiting.values("version__item"))
        return queryset


class TopicFilter(admin.SimpleListFilter):
    """Items of one topic."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The topics of the bank."""
        return [(topic, topic) for topic in queries.topics()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        """Filter by the choice."""
        return queryset.filter(topic=self.value()) if self.value() else queryset


class ItemChangeList(PagedChangeList):
    """The list with the exposure of the items on its page."""

    def get_results(self, request: HttpRequest) -> None:
        """Count exposure for all rows of the page at once."""
        super().get_results(request)
        items = list(self.result_list)
        shares = queries.exposure(item.pk for item in items)
        for item in items:
            item.exposure = shares.get(item.pk, 0.0)
        self.result_list = items


@admin.register(Item)
class ItemAdmin(ActionPagesAdmin):
    """The item bank."""

    allowed_roles = queries.VIEWERS
    list_display = [
        "code", "kind", "level", "topic", "state", "difficulty", "facility", "discrimination",
        "exposed", "flags",
    ]  # fmt: skip
    list_filter = ["kind", "level", "state", FlaggedFilter, TopicFilter]
    search_by = (
        Column("the beginning of a code", "code__startswith"),
        Column("a topic", "topic"),
    )
    ordering = ["code"]
    change_list_template = f"{TEMPLATES}/items.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        """With figures and flags, in one query."""
        return queries.items_for_list()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with exposure."""
        return ItemChangeList

    @admin.display(description="Difficulty")
    def difficulty(self, item: Any) -> str:
        if item.figure_difficulty is None:
            return ""
        origin = item.figure_origin.lower()
        return f"{item.figure_difficulty:+.2f} ± {item.figure_difficulty_error:.2f}, {origin}"

    @admin.display(description="Correct")
    def facility(self, item: Any) -> str:
        if item.figure_facility is None:
            return ""
        return f"{item.figure_facility:.0%} of {item.figure_responses}"

    @admin.display(description="Discrimination")
    def discrimination(self, item: Any) -> str:
        return "" if not item.figure_responses else f"{item.figure_discrimination:.2f}"

    @admin.display(description="Exposure")
    def exposed(self, item: Any) -> str:
        over = ", too often" if item.exposure > queries.MOST_EXPOSED else ""
        return f"{item.exposure:.0%}{over}"

    @admin.display(description="Flagged")
    def flags(self, item: Any) -> str:
        return "Flagged" if item.flagged else ""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, with the number of reviews and flags that wait."""
        by = authenticated_user(request)
        waiting = {
            "reviews_waiting": capped_count(ItemReview.objects.filter(decided_at=None)),
            "flags_open": capped_count(ItemFlag.objects.filter(resolved_at=None)),
            "kinds": ItemKind.choices,
            "may_write": by.has_role(*queries.AUTHORS),
            "may_see_keys": by.has_role(*queries.KEY_ROLES),
        }
        return super().changelist_view(request, {**waiting, **(extra_context or {})})

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The page of an item and its actions."""
        return {
            "files": ("files/", form_page(self.files)),
            "export": ("export/<str:form>/", require_POST(self.export)),
            "new": ("new/<str:kind>/", self.new),
            "draft": ("<uuid:pk>/draft/", self.draft),
            "start": ("<uuid:pk>/start/", require_POST(self.start)),
            "discard": ("<uuid:pk>/discard/", require_POST(self.discard)),
            "audio": ("<uuid:pk>/audio/", require_POST(self.upload_audio)),
            "clip": ("<uuid:pk>/clip/", require_GET(self.clip)),
            "request-review": ("<uuid:pk>/request-review/", require_POST(self.request_review)),
            "decide": ("<uuid:pk>/decide/", require_POST(self.decide)),
            "excludes": ("<uuid:pk>/excludes/", require_POST(self.excludes)),
            "place": ("<uuid:pk>/place/", require_POST(self.place)),
            "report": ("<uuid:pk>/report/", require_POST(self.report)),
            "resolve": ("<uuid:pk>/flags/<uuid:flag>/", require_POST(self.resolve)),
            "move": ("<uuid:pk>/move/<str:verb>/", require_POST(self.move)),
            "preview": ("<uuid:pk>/preview/", require_GET(self.preview)),
            "item": ("<uuid:pk>/change/", require_GET(self.item)),
        }

    # --- pages

    def item(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """One item: preview, key, figures, flags, versions and what can be done."""
        return self._render_item(request, self._get(pk))

    def preview(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The latest version on a page like that of the assessment, and the key below it."""
        return self._render_item(request, self._get(pk), template="preview.html")

    def new(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Write a new item of a kind."""
        self._require(request, queries.AUTHORS)
        if kind not in ItemKind.values:
            return redirect(CHANGELIST)
        form = forms.NewItemForm(request.POST or None, kind=kind)
        if request.method == "POST" and form.is_valid():
            try:
                version = services.create_item(
                    code=form.cleaned_data["code"], kind=kind, content=form.content(),
                    **form.place(), **self._by_and_at(request),
                )  # fmt: skip
            except services.InvalidItem as refusal:
                form.add_faults(refusal)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Saved as a draft.")
                return self._to_item(version.item_id)
        title = f"New item: {ItemKind(kind).label}"
        return self._render(request, "draft.html", title=title, form=form, kind=kind)

    def draft(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Change the draft of an item."""
        self._require(request, queries.AUTHORS)
        item = self._get(pk)
        version = item.versions.select_related("key", "item").latest("number")
        if not queries.is_in_draft(version):
            messages.error(request, services.VersionNotDraft.message)
            return self._to_item(pk)
        form = forms.ItemForm(request.POST or None, kind=item.kind, version=version)
        if request.method == "POST" and form.is_valid():
            try:
                services.save_draft(
                    version=version, content=form.content(), note=form.cleaned_data["note"],
                    **form.place(), **self._by_and_at(request),
                )  # fmt: skip
            except services.InvalidItem as refusal:
                form.add_faults(refusal)
            except Refusal as refusal:
                add_refusal_to(form, refusal)
            else:
                messages.success(request, "Saved.")
                return self._to_item(pk)
        title = f"Draft of {item.code}, version {version.number}"
        return self._render(
            request, "draft.html", title=title, form=form, kind=item.kind, item=item
        )

    def files(self, request: HttpRequest) -> HttpResponseBase:
        """Import a file of items as drafts; export the bank."""
        self._require(request, queries.KEY_ROLES)
        form = forms.ImportForm(post_data_or_none(request), request.FILES or None)
        faults: tuple[object, ...] = ()
        if request.method == "POST":
            self._require(request, queries.AUTHORS)
            if form.is_valid():
                try:
                    data = form.cleaned_data["file"].read(limits.MAX_BYTES + 1)
                    result = interchange.import_items(data=data, **self._by_and_at(request))
                except InvalidImport as refusal:
                    faults = refusal.faults[:MAX_SHOWN]
                    form.add_error("file", "Nothing was imported: see below.")
                else:
                    messages.success(request, str(result))
                    return redirect(CHANGELIST)
        context = {"title": "Import and export", "form": form, "faults": faults}
        may_write = authenticated_user(request).has_role(*queries.AUTHORS)
        return self._render(request, "files.html", **context, may_write=may_write)

    def export(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Download the bank, with its keys."""
        self._require(request, queries.KEY_ROLES)
        if form not in interchange.EXPORTS:
            raise Http404
        export, name, content_type = interchange.EXPORTS[form]
        return as_private_download(HttpResponse(export(), content_type=content_type), name)

    def clip(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The clip of a version, for listening on the item's page."""
        stored = get_object_or_404(ItemVersion.objects.select_related("audio"), pk=pk).audio
        if stored is None:
            raise Http404
        return send_by_link(request, stored)

    # --- acts of authors

    def start(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Begin a new version."""
        self._require(request, queries.AUTHORS)
        if self._perform(request, services.start_version, item=self._get(pk)):
            return redirect(reverse("admin:proctoring_item_draft", args=[pk]))
        return self._to_item(pk)

    def discard(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Delete the draft of a new version."""
        self._require(request, queries.AUTHORS)
        version = self._get(pk).versions.select_related("item").latest("number")
        if self._perform(request, services.discard_draft, version=version):
            messages.success(request, "The draft was discarded.")
        return self._to_item(pk)

    def upload_audio(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Replace the clip of the draft."""
        self._require(request, queries.AUTHORS)
        version = self._get(pk).versions.select_related("item").latest("number")
        form = forms.ClipForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, "Choose a clip.")
            return self._to_item(pk)
        file = form.cleaned_data["audio"]
        try:
            clip = audio.store_clip(file.read(audio.MAX_BYTES + 1), name=file.name)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._to_item(pk)
        if self._perform(request, services.replace_audio, version=version, clip=clip):
            messages.success(request, "The clip was replaced.")
        return self._to_item(pk)

    def request_review(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Hand the draft to a second person."""
        self._require(request, queries.AUTHORS)
        version = self._get(pk).versions.select_related("item").latest("number")
        if self._perform(request, services.request_review, version=version):
            messages.success(request, "Handed to a reviewer.")
        return self._to_item(pk)

    def excludes(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Set which items must not meet this one."""
        self._require(request, queries.KEY_ROLES)
        form = forms.ExcludesForm(request.POST)
        if form.is_valid() and self._perform(
            request, services.set_excludes, item=self._get(pk), codes=form.codes()
        ):
            messages.success(request, "Saved.")
        return self._to_item(pk)

    def report(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Report a doubt about the item."""
        version = self._get(pk).versions.latest("number")
        form = forms.ReasonOfItemForm(request.POST)
        detail = form.cleaned_data["reason"] if form.is_valid() else ""
        if self._perform(request, services.report_version, version=version, detail=detail):
            messages.success(request, "Reported.")
        return self._to_item(pk)

    # --- acts of reviewers

    def decide(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Decide the open review, and go on with the next one."""
        self._require(request, queries.REVIEWERS)
        item = self._get(pk)
        waiting = queries.open_review(item)
        form = forms.ReviewForm(request.POST)
        if waiting is None:
            messages.error(request, review.ReviewDecided.message)
            return self._to_item(pk)
        if not form.is_valid():
            return self._render_item(request, item, review_form=form)
        if not self._perform(request, review.decide_review, review=waiting, **form.cleaned_data):
            return self._render_item(request, item, review_form=form)
        messages.success(request, f"{item.code}: decided.")
        return self._next_review(request, pk)

    def resolve(self, request: HttpRequest, pk: UUID, flag: UUID) -> HttpResponseBase:
        """Close a flag."""
        self._require(request, queries.REVIEWERS)
        found = get_object_or_404(ItemFlag, pk=flag, version__item=pk)
        form = forms.FlagResolutionForm(request.POST)
        text = form.cleaned_data["resolution"] if form.is_valid() else ""
        if self._perform(request, services.resolve_flag, flag=found, resolution=text):
            messages.success(request, "The flag was closed.")
        return self._to_item(pk)

    def place(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Change the level or the topic."""
        self._require(request, queries.REVIEWERS)
        form = forms.PlaceForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Enter a level, and a topic of small letters and hyphens.")
        elif self._perform(request, services.place_item, item=self._get(pk), **form.cleaned_data):
            messages.success(request, "Saved.")
        return self._to_item(pk)

    def move(self, request: HttpRequest, pk: UUID, verb: str) -> HttpResponseBase:
        """Retire, revive or put back on trial."""
        self._require(request, queries.REVIEWERS)
        if verb in MOVES:
            form = forms.ReasonOfItemForm(request.POST)
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            if self._perform(request, MOVES[verb][2], item=self._get(pk), reason=reason):
                messages.success(request, "Saved.")
        return self._to_item(pk)

    # --- helpers

    @staticmethod
    def _require(request: HttpRequest, roles: tuple[str, ...]) -> None:
        if not authenticated_user(request).has_role(*roles):
            raise PermissionDenied

    @staticmethod
    def _get(pk: UUID) -> Item:
        return get_object_or_404(Item.objects.select_related("author__agent"), pk=pk)

    @staticmethod
    def _by_and_at(request: HttpRequest) -> dict[str, Any]:
        return {"by": authenticated_user(request), "at": timezone.now()}

    def _perform(self, request: HttpRequest, service: Any, **values: Any) -> bool:
        try:
            service(**values, **self._by_and_at(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return False
        return True

    @staticmethod
    def _to_item(pk: UUID) -> HttpResponseBase:
        return redirect(reverse("admin:proctoring_item_item", args=[pk]))

    def _next_review(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The page of the item that has waited longest for a review by this person."""
        by = authenticated_user(request)
        rows = ItemReview.objects.filter(decided_at=None).exclude(requested_by=by)
        others = rows.exclude(version__author=by).select_related("version")
        waiting = others.order_by("requested_at", "id").first()
        return self._to_item(waiting.version.item_id if waiting else pk)

    def _render(self, request: HttpRequest, template: str, **context: Any) -> HttpResponseBase:
        refuse_query(request)
        site = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, f"{TEMPLATES}/{template}", {**site, **context})

    def _render_item(
        self, request: HttpRequest, item: Item, *, template: str = "item.html", **changes: Any
    ) -> HttpResponseBase:
        by = authenticated_user(request)
        versions = queries.versions_of(item)
        shown, waiting = versions[0], queries.open_review(item)
        shown.item = item
        clip = (
            private_link(
                reverse("admin:proctoring_item_clip", args=[shown.pk]), shown.audio, viewer=by
            )
            if shown.audio
            else ""
        )
        pairs = zip(versions, [*versions[1:], None], strict=True)
        context = {
            "title": item.code,
            "item": item,
            "shown": shown,
            "row": preview.question_of(shown),
            "clip": clip,
            "correct": shown.options.get(shown.key.key, ""),
            "may_see_keys": by.has_role(*queries.KEY_ROLES),
            "may_write": by.has_role(*queries.AUTHORS),
            "may_review": by.has_role(*queries.REVIEWERS),
            "in_draft": queries.is_in_draft(shown),
            "review": waiting,
            "own": waiting is not None and review.is_own(waiting, by),
            "outcomes": _outcomes(waiting),
            "history": [
                (version, queries.changes_between(older, version) if older else [])
                for version, older in pairs
            ],
            "figures": queries.figures_of(item)[:20],
            "exposure": f"{queries.exposure([item.pk]).get(item.pk, 0.0):.0%}",
            "flags": queries.flags_of(item)[:50],
            "events": item.events.select_related("by__agent").order_by("-at", "-id")[:50],
            "excluded": item.excludes.order_by("code"),
            "moves": [
                (verb, label) for verb, (label, states, _) in MOVES.items() if item.state in states
            ],
            "clip_form": forms.ClipForm(),
            "place_form": forms.PlaceForm(initial={"level": item.level, "topic": item.topic}),
            "review_form": forms.ReviewForm(),
        }
        return self._render(request, template, **{**context, **changes})


def _outcomes(waiting: ItemReview | None) -> list[tuple[str, str]]:
    if waiting is None:
        return []
    return [
        (each.value, DECISIONS[each]) for each in review.OUTCOMES[ItemReview.Kind(waiting.kind)]
    ]


@admin.register(ItemReview)
class ItemReviewAdmin(ReadOnlyAdmin):
    """Reviews, the longest waiting first."""

    allowed_roles = queries.KEY_ROLES
    list_display = ["version", "kind", "requested_by", "requested_at", "outcome", "decided_by"]
    list_filter = [("decided_at", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["version__item", "requested_by__agent", "decided_by__agent"]
    ordering = ["requested_at"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The page of the item."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(ItemReview.objects.select_related("version"), pk=object_id)
        return redirect(reverse("admin:proctoring_item_item", args=[found.version.item_id]))


@admin.register(ItemFlag)
class ItemFlagAdmin(ReadOnlyAdmin):
    """Flags, the newest first."""

    allowed_roles = queries.KEY_ROLES
    list_display = ["version", "kind", "raised_at", "resolved_at", "resolution"]
    list_filter = [("resolved_at", admin.EmptyFieldListFilter), "kind"]
    list_select_related = ["version__item"]
    ordering = ["-raised_at"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The page of the item."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(ItemFlag.objects.select_related("version"), pk=object_id)
        return redirect(reverse("admin:proctoring_item_item", args=[found.version.item_id]))
