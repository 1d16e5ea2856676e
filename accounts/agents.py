"""Changing the data of agents on behalf of the apps above, with an audit event for each change."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func

from accounts.models import Agent, User
from accounts.security import audit
from hitouch.core import sweeps
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of

ADULT_AGE = 18
BATCH_SIZE = 500
EDITABLE_FIELDS = frozenset(
    {
        "given_name",
        "family_name",
        "birth_on",
        "current_address",
        "permanent_address",
        "photo",
        "shift",
        "hours_a_day",
        "skills",
        "languages",
        "bio",
    }
)


class TooYoung(Refusal):
    """Agents have to be adults."""

    code = "too_young"
    status = 422
    field = "birth_on"
    message = "You must be 18 or older to work with us."


def is_adult(*, birth_date: date, at: datetime) -> bool:
    """Whether the person is 18 or older on the current day in India."""
    today = day_of(at)
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday) >= ADULT_AGE


def update_agent(*, agent: Agent, by: User | None, at: datetime, **fields: object) -> Agent:
    """Set these fields; `birth_on` is a date.

    The audit event names the fields, not their values.
    """
    unknown = fields.keys() - EDITABLE_FIELDS
    if unknown:
        raise TypeError(f"an agent has no {', '.join(sorted(unknown))}")
    birth_date = fields.get("birth_on")
    if isinstance(birth_date, date):
        if not is_adult(birth_date=birth_date, at=at):
            raise TooYoung
        fields["birth_on"] = birth_date.isoformat()
    with transaction.atomic():
        for name, value in fields.items():
            setattr(agent, name, value)
        agent.save()
        new: dict[str, object] = {"facts": sorted(fields)}
        audit.record_event(by=by, action="agent.updated", on=agent, at=at, new=new)
    return agent


@transaction.atomic
def set_level(*, agent: Agent, level: str, at: datetime) -> Agent:
    """Save the level that a graded assessment gave, with an audit event."""
    old = agent.level
    agent.level = level
    agent.save(update_fields=["level", "updated_at"])
    audit.record_event(
        by=None, action="agent.level_set", on=agent, at=at, old={"level": old}, new={"level": level}
    )
    return agent


@transaction.atomic
def replace_words(
    *,
    kind: str,
    any_of: Sequence[str],
    replace: Callable[[list[str]], list[str]],
    at: datetime,
) -> int:
    """Rewrite `skills` or `languages` of every agent who has one of the words in `any_of`.

    Runs in batches ordered by id, in one transaction. A row that cannot be written keeps its words,
    and the nightly refresh of the vocabulary tries again. The caller records the audit event.
    Returns the number of agents.
    """
    matching = Agent.objects.filter(**{f"{kind}__overlap": any_of}).order_by("pk")
    ids = list(matching.values_list("pk", flat=True))
    name, outcome = f"accounts.{kind}", sweeps.SweepOutcome()

    def rewrite(keys: Sequence[UUID]) -> None:
        rows = Agent.objects.select_for_update(no_key=True).filter(pk__in=keys)
        agents = list(rows.order_by("pk"))
        for agent in agents:
            setattr(agent, kind, replace(getattr(agent, kind)))
            agent.updated_at = at
        Agent.objects.bulk_update(agents, [kind, "updated_at"])

    for start in range(0, len(ids), BATCH_SIZE):
        batch = ids[start:][:BATCH_SIZE]
        sweeps.forget(name, sweeps.attempt_together(name, batch, rewrite, outcome, now=at))
    return outcome.done


def words_in_use(kind: str) -> list[str]:
    """Every distinct value of `skills` or `languages` on any profile."""
    unnested = Agent.objects.annotate(word=Func(F(kind), function="unnest"))
    return list(unnested.order_by().values_list("word", flat=True).distinct())
