"""Keep the rows by which clients rank agents."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent
from gigs.models import MatchProfile
from gigs.opportunities import matches
from onboarding.vocabulary import queries as vocabulary_queries

#: A row is written anew after this time at the latest, since months of experience grow.
REFRESH_AFTER = timedelta(days=1)


def request_refresh(agent: Agent, *, at: datetime) -> None:
    """Have the row of a cleared agent written anew by the sweep, whose profile may have changed."""
    known = MatchProfile.objects.filter(agent=agent)
    if not known.update(refresh_at=at, changed_at=at):
        first = {"changed_at": at, "refresh_at": at}
        MatchProfile.objects.get_or_create(agent=agent, defaults=first)


def take_out(agent: Agent) -> None:
    """Rank an agent no more who may not work now."""
    MatchProfile.objects.filter(agent=agent).update(level="")


def due_for_refresh(now: datetime) -> QuerySet[MatchProfile]:
    """Rows to write anew."""
    return MatchProfile.objects.filter(refresh_at__lte=now).select_related("agent__user")


@transaction.atomic
def refresh(*, profile: MatchProfile, at: datetime) -> None:
    """Write the row of an agent anew from the profile and the clearance of now."""
    agent = Agent.objects.select_related("user").get(pk=profile.agent_id)
    brings = matches.candidate_from(agent, vocabulary_queries.current_lexicon(), on=at)
    MatchProfile.objects.filter(pk=profile.pk).update(
        level=brings.level if agent.user.is_active else "",
        skills=_lower(brings.skills),
        languages=_lower(brings.languages),
        qualifications=[word[:200] for word in brings.qualifications],
        domains=sorted(set(brings.domains)),
        months=brings.months,
        fluency=brings.fluency,
        refresh_at=at + REFRESH_AFTER,
    )


def _lower(words: tuple[str, ...]) -> list[str]:
    return sorted({" ".join(word.casefold().split())[:60] for word in words} - {""})
