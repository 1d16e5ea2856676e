"""The facts of an agent, changed for the apps above and noted."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Func

from accounts.models import Agent, User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of

ADULT = 18
BATCH = 500
FACTS = frozenset(
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
    """Agents are grown-ups, by India's calendar."""

    code = "too_young"
    status = 422
    field = "birth_on"
    message = "You must be 18 or older to work with us."


def is_adult(*, birth_date: date, at: datetime) -> bool:
    """Whether the 18th birthday has begun in India."""
    today = day_of(at)
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday) >= ADULT


def update_agent(*, agent: Agent, by: User | None, at: datetime, **facts: object) -> Agent:
    """Set these facts, a `birth_on` as a date. The audit record names them without values."""
    unknown = facts.keys() - FACTS
    if unknown:
        raise TypeError(f"an agent has no {', '.join(sorted(unknown))}")
    birth_date = facts.get("birth_on")
    if isinstance(birth_date, date):
        if not is_adult(birth_date=birth_date, at=at):
            raise TooYoung
        facts["birth_on"] = birth_date.isoformat()
    with transaction.atomic():
        for name, value in facts.items():
            setattr(agent, name, value)
        agent.save()
        new: dict[str, object] = {"facts": sorted(facts)}
        audit.record_event(by=by, action="agent.updated", on=agent, at=at, new=new)
    return agent


@transaction.atomic
def set_level(*, agent: Agent, level: str, at: datetime) -> Agent:
    """Give the agent the level of a graded assessment."""
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
    having: Sequence[str],
    says: Callable[[list[str]], list[str]],
    at: datetime,
) -> int:
    """Say `skills` or `languages` by other words, for everybody who has one of those in `having`.

    In batches, in one order, all or none. The caller notes it once for all. Returns how many.
    """
    found = Agent.objects.filter(**{f"{kind}__overlap": having}).order_by("pk")
    ids = list(found.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        held = Agent.objects.select_for_update(no_key=True).filter(pk__in=ids[start:][:BATCH])
        agents = list(held.order_by("pk"))
        for agent in agents:
            setattr(agent, kind, says(getattr(agent, kind)))
            agent.updated_at = at
        Agent.objects.bulk_update(agents, [kind, "updated_at"])
    return len(ids)


def words_in_use(kind: str) -> list[str]:
    """Every way in which somebody says `skills` or `languages` on a profile, each once."""
    unnested = Agent.objects.annotate(word=Func(F(kind), function="unnest"))
    return list(unnested.order_by().values_list("word", flat=True).distinct())
