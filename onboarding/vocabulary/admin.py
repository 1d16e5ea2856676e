"""Admin of terms that agents entered and the vocabulary does not have."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_GET, require_POST

from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import View
from onboarding.models import LooseWord
from onboarding.vocabulary import forms, queries, services
from onboarding.vocabulary.lexicon import word_key

LIST = "admin:onboarding_looseword_changelist"


@admin.register(LooseWord)
class LooseWordAdmin(ActionPagesAdmin):
    """Unlisted terms, undecided and most frequent ones first."""

    allowed_roles = ("operations",)
    list_display = ("__str__", "kind", "agents", "also", "state", "name")
    list_filter = ("state", "kind")
    search_by = (
        Column("the beginning of a term", "key__startswith", word_key),
        Column("the beginning of its adopted name", "name__istartswith"),
    )
    sortable_by = ("agents",)

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The page of a term and the three decisions about it."""
        return {
            "adopt": ("<uuid:pk>/adopt/", require_POST(self.adopt)),
            "respell": ("<uuid:pk>/respell/", require_POST(self.respell)),
            "decline": ("<uuid:pk>/decline/", require_POST(self.decline)),
            "word": ("<uuid:pk>/change/", require_GET(self.look)),
        }

    def get_queryset(self, request: HttpRequest) -> QuerySet[LooseWord]:
        """Annotated with the number of agents."""
        return LooseWord.objects.most_frequent_first()

    @admin.display(description="Agents", ordering="agents")
    def agents(self, word: Any) -> int:
        """How many agents have it on their profile."""
        return int(word.agents)

    @admin.display(description="Spellings")
    def also(self, word: LooseWord) -> str:
        """Other spellings."""
        return Truncator(", ".join(word.spellings[1:])).chars(60)

    def _get_word(self, pk: UUID) -> LooseWord:
        return get_object_or_404(LooseWord.objects.with_agents(), pk=pk)

    def look(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Show the term, its spellings, terms used with it, and the decisions."""
        return self._render_word(request, self._get_word(pk))

    def _render_word(
        self, request: HttpRequest, word: LooseWord, **bound: Form
    ) -> HttpResponseBase:
        context = {
            **self.admin_site.each_context(request),
            "title": str(word),
            "opts": self.opts,
            "word": word,
            "beside": queries.cooccurring_words(word),
            "known": queries.current_lexicon().words(word.kind),
            "adopt": bound.get("adopt") or forms.AdoptWordForm(initial={"name": word.written}),
            "respell": bound.get("respell") or forms.RespellWordForm(),
        }
        status = 422 if bound else 200
        return render(request, "onboarding/vocabulary/admin/word.html", context, status=status)

    def adopt(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Add the term to the vocabulary."""
        form = forms.AdoptWordForm(request.POST)
        return self._decide(request, pk, services.adopt_word, adopt=form)

    def respell(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Map the term to an existing one."""
        form = forms.RespellWordForm(request.POST)
        return self._decide(request, pk, services.respell_word, respell=form)

    def decline(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Keep the term on profiles without adding it."""
        return self._decide(request, pk, services.decline_word)

    def _decide(self, request: HttpRequest, pk: UUID, act: Any, **bound: Form) -> HttpResponseBase:
        word = self._get_word(pk)
        facts: dict[str, Any] = {}
        for form in bound.values():
            if not form.is_valid():
                return self._render_word(request, word, **bound)
            facts = form.cleaned_data
        try:
            changed = act(word=word, by=request.user, at=timezone.now(), **facts)
        except Refusal as refusal:
            for form in bound.values():
                if refusal.field in form.fields:
                    add_refusal_to(form, refusal)
                    return self._render_word(request, word, **bound)
            messages.error(request, str(refusal))
        else:
            messages.success(request, _success_message(word, changed))
        return redirect(LIST)


def _success_message(word: LooseWord, changed: int | None) -> str:
    if changed is None:
        return f"“{word}” stays on profiles but is not used for matching."
    profiles = "1 profile has" if changed == 1 else f"{changed} profiles have"
    return f"“{word}” is in the vocabulary. {profiles} it now."
