"""Answers questions of users about their own record, without a model."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Agent, User
from chatbot.personal import records
from chatbot.personal.intents import Topic, topic_of
from chatbot.personal.records import Record
from chatbot.personal.texts import moment, say, word
from gigs.applications import queries as applications_queries
from gigs.clients import queries as clients_queries
from hitouch.core.db.read_only import read_only_transaction


@dataclass(frozen=True)
class PersonalAnswer:
    """Facts from the user's own record, as they were at `as_of`."""

    topic: Topic
    text: str
    links: tuple[dict[str, str], ...]
    as_of: datetime


def facts_for(
    *, user: User | None, text: str, language: str, now: datetime
) -> PersonalAnswer | None:
    """The answer to a question about the user's own record; None for any other question.

    Only rows of this user are read, whatever the text asks for, and nothing can be written.
    """
    topic = topic_of(text)
    if topic is None or user is None or not user.is_active:
        return None
    with read_only_transaction():
        record = _record_of(user, topic, language, now)
    if record is None:
        return None
    as_of = say("as_of", language, moment=moment(now, language))
    return PersonalAnswer(topic, "\n".join([*record.sentences, as_of]), tuple(record.links), now)


def _record_of(user: User, topic: Topic, language: str, now: datetime) -> Record | None:
    agent = Agent.objects.select_related("user").filter(user=user).first()
    if agent is not None:
        return records.READERS[topic](agent, language, now)
    return _record_of_company(user, language) if topic is Topic.APPLICATIONS else None


def _record_of_company(user: User, language: str) -> Record | None:
    """For a member of a client: the applications that wait for its decision."""
    member = clients_queries.member_of(user)
    if member is None:
        return None
    count = applications_queries.applications_for(member.client).filter(state="PENDING").count()
    link = {"label": word("link.company", language), "url": reverse("gigs:client-home")}
    return Record([say("to_decide", language, count=count)], [link])
