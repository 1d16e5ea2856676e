"""Terms for skills and languages that are not in the vocabulary file, and language proficiency."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, When

from accounts.models import Agent
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateMachine


class LooseWordState(models.TextChoices):
    WAITING = "WAITING", "To decide"
    ADOPTED = "ADOPTED", "In the vocabulary"
    DECLINED = "DECLINED", "Not used for matching"


_machine = StateMachine(
    start=LooseWordState.WAITING,
    edges={
        LooseWordState.WAITING: [LooseWordState.ADOPTED, LooseWordState.DECLINED],
        LooseWordState.DECLINED: [LooseWordState.ADOPTED],
    },
)


class LooseWordQuerySet(models.QuerySet["LooseWord"]):
    """Filters and order for staff."""

    def waiting(self) -> LooseWordQuerySet:
        """Not decided by staff."""
        return self.filter(state=LooseWordState.WAITING)

    def with_agents(self) -> LooseWordQuerySet:
        """Annotate `agents`: how many profiles contain the term in any spelling."""
        skills, languages = (_agents_with(kind) for kind in LooseWord.Kind.values)
        by_kind = Case(When(kind=LooseWord.Kind.SKILL, then=skills), default=languages)
        return self.annotate(agents=by_kind)

    def most_frequent_first(self) -> LooseWordQuerySet:
        """Undecided terms first, the most used on top."""
        rank = Case(When(state=LooseWordState.WAITING, then=0), default=1)
        return self.with_agents().order_by(rank, "-agents", "kind", "key")


def _agents_with(kind: str) -> Subquery:
    agents = Agent.objects.filter(**{f"{kind}__overlap": OuterRef("spellings")}).order_by()
    count = Func(F("pk"), function="COUNT", output_field=models.IntegerField())
    return Subquery(agents.annotate(count=count).values("count"))


class LooseWord(BaseModel):
    """An unlisted term: its key, the spellings that agents entered, and the adopted name."""

    State = LooseWordState
    machine = _machine

    class Kind(models.TextChoices):
        SKILL = "skills", "Skill"
        LANGUAGE = "languages", "Language"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=200)
    spellings = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    state = models.CharField(
        max_length=10, choices=LooseWordState.choices, default=LooseWordState.WAITING
    )
    name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = LooseWordQuerySet.as_manager()

    class Meta:
        verbose_name = "term to decide"
        verbose_name_plural = "terms to decide"
        constraints = [
            models.UniqueConstraint(name="one_word_per_key", fields=["kind", "key"]),
            models.CheckConstraint(
                name="adopted_words_have_a_name",
                condition=Q(state=LooseWordState.ADOPTED) ^ Q(name=""),
            ),
        ]
        triggers = _machine.triggers()

    def __str__(self) -> str:
        return self.written

    @property
    def written(self) -> str:
        """The first spelling, or the adopted name if there is none."""
        return self.spellings[0] if self.spellings else self.name

    @property
    def may_be_adopted(self) -> bool:
        """Whether the term can be adopted."""
        return self.machine.allows(self.state, LooseWordState.ADOPTED)

    @property
    def may_be_declined(self) -> bool:
        """Whether the term can be declined."""
        return self.machine.allows(self.state, LooseWordState.DECLINED)


class Fluency(BaseModel):
    """Proficiency in one language of a profile. Empty, or without a row, means not stated."""

    class Grade(models.TextChoices):
        NONE = "NONE", "Not at all"
        BASIC = "BASIC", "A little"
        GOOD = "GOOD", "Well"
        FLUENT = "FLUENT", "Fluently"

    agent = models.ForeignKey(Agent, related_name="fluencies", on_delete=models.CASCADE)
    language = models.CharField(max_length=60)
    spoken = models.CharField(max_length=10, choices=Grade.choices, blank=True)
    written = models.CharField(max_length=10, choices=Grade.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_fluency_a_language", fields=["agent", "language"]),
            models.CheckConstraint(
                name="fluency_says_something", condition=~Q(spoken="") | ~Q(written="")
            ),
        ]

    def __str__(self) -> str:
        return self.language
