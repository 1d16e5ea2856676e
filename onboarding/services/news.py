"""Telling those who signed an older version that a new one is in force: each of them once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agent, User
from onboarding.models import Signature, TextNews
from onboarding.services import guards

BATCH = 200


def tell_news(*, news_id: str, at: datetime) -> int:
    """Queue the mails, in batches. Returns how many; a crash goes on where it stopped."""
    told = 0
    while (count := _tell_batch(news_id, at)) is not None:
        told += count
    return told


def waiting_news() -> list[str]:
    """News that not everybody has heard."""
    ids = TextNews.objects.filter(done_at=None).order_by("created_at").values_list("pk", flat=True)
    return [str(pk) for pk in ids]


@transaction.atomic
def _tell_batch(news_id: str, at: datetime) -> int | None:
    """The next few, and where to go on, in one transaction; None when all were told."""
    held = TextNews.objects.select_for_update(of=("self",)).select_related("template")
    news = held.filter(pk=news_id, done_at=None).first()
    if news is None:
        return None
    agents = list(_concerned(news)[:BATCH])
    for agent in agents:
        guards.tell(agent, template="new_version", at=at, text=news.template)
    news.told += len(agents)
    if agents:
        news.told_up_to = agents[-1].pk
    if len(agents) < BATCH:
        news.done_at = at
    news.save()
    return len(agents)


def _concerned(news: TextNews) -> QuerySet[Agent]:
    signed = Signature.objects.filter(agent=OuterRef("pk"), kind=news.template.kind)
    agents = Agent.objects.filter(Exists(signed), user__status=User.Status.ACTIVE)
    agents = agents.exclude(Exists(signed.filter(template=news.template)))
    if news.told_up_to:
        agents = agents.filter(pk__gt=news.told_up_to)
    return agents.select_related("user").order_by("pk")
