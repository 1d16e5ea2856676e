"""The vocabulary as it is now: its file, and the rows in which staff decided on other words.

One query each time it is asked for, so that a decision counts at once in every process.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.queues import WorkQueue
from onboarding.models import Fluency, LooseWord
from onboarding.vocabulary.lexicon import KINDS, Lexicon

#: As many profiles are looked at for what stands beside a word, and so much is told of it.
LOOKED_AT, TOLD = 200, 5


def current_lexicon() -> Lexicon:
    """All words of both kinds."""
    adopted: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    declined: dict[str, set[str]] = {kind: set() for kind in KINDS}
    decided = LooseWord.objects.exclude(state=LooseWord.State.WAITING)
    for kind, key, name in decided.order_by("decided_at").values_list("kind", "key", "name"):
        if name:
            adopted[kind][key] = name
        else:
            declined[kind].add(key)
    return Lexicon(adopted, {kind: frozenset(keys) for kind, keys in declined.items()})


def normalise_words(kind: str, texts: Iterable[str]) -> list[str]:
    """Skills or languages as the one vocabulary says them, each once; the unknown as typed."""
    return current_lexicon().normal_list(kind, texts)


def cooccurring_words(word: LooseWord) -> list[str]:
    """The known words that most often stand on a profile with this one: what it may mean."""
    rows = Agent.objects.filter(**{f"{word.kind}__overlap": word.spellings})
    lists = rows.order_by("pk").values_list(word.kind, flat=True)[:LOOKED_AT]
    known = current_lexicon()
    beside = Counter(each for words in lists for each in words if known.knows(word.kind, each))
    return [name for name, _ in beside.most_common(TOLD)]


def _waiting_words() -> list[WorkQueue]:
    url = reverse("admin:onboarding_looseword_changelist")
    words = LooseWord.objects.waiting().aggregate(count=Count("id"), oldest=Min("created_at"))
    found = WorkQueue("Terms to decide", words["count"], words["oldest"], url, "Onboarding")
    return [found] if found.count else []


def fluency_of(agent: Agent) -> list[dict[str, str]]:
    """How well the agent says to speak and write each language of the profile; empty: not told."""
    told = {row.language: row for row in Fluency.objects.filter(agent=agent)}
    rows = [(name, told.get(name) or Fluency()) for name in agent.languages]
    return [{"language": name, "spoken": row.spoken, "written": row.written} for name, row in rows]
