"""The current vocabulary (file and decisions of staff), language proficiency, and the work queue.

The vocabulary is not cached: one query per call, so decisions take effect in every process.
"""

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.queues import WorkQueue, queue_of
from onboarding.models import Fluency, LooseWord
from onboarding.vocabulary.lexicon import KINDS, Lexicon

#: Profiles examined for co-occurring terms, and terms returned.
COOCCURRENCE_PROFILES, COOCCURRENCE_TERMS = 200, 5


def current_lexicon() -> Lexicon:
    """The vocabulary of skills and languages."""
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
    """Skills or languages as vocabulary terms without duplicates; unknown ones as entered."""
    return current_lexicon().normal_list(kind, texts)


def cooccurring_words(word: LooseWord) -> list[str]:
    """Known terms that most often occur on profiles together with this one."""
    rows = Agent.objects.filter(**{f"{word.kind}__overlap": word.spellings})
    lists = rows.order_by("pk").values_list(word.kind, flat=True)[:COOCCURRENCE_PROFILES]
    known = current_lexicon()
    counts = Counter(each for words in lists for each in words if known.knows(word.kind, each))
    return [name for name, _ in counts.most_common(COOCCURRENCE_TERMS)]


def work_queues() -> list[WorkQueue]:
    """Work queue of unlisted terms that staff have to decide on."""
    url = reverse("admin:onboarding_looseword_changelist")
    words, label = LooseWord.objects.waiting(), "Terms to decide"
    queue = queue_of(words, since="created_at", label=label, url=url, group="Onboarding")
    return [queue] if queue.count else []


def fluency_of(agent: Agent) -> list[dict[str, str]]:
    """Self-declared spoken and written level of each language; empty if not given."""
    levels = {row.language: row for row in Fluency.objects.filter(agent=agent)}
    rows = [(name, levels.get(name) or Fluency()) for name in agent.languages]
    return [{"language": name, "spoken": row.spoken, "written": row.written} for name, row in rows]
