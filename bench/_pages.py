"""Queries and milliseconds of a page. Import only after Django's set-up."""

import statistics
import time
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import Agent
from hitouch.demo import people
from onboarding.models import Experience, Qualification

ROUNDS = 60


def client_of_nila() -> tuple[Agent, Client]:
    """The demo agent whose profile can be changed, logged in."""
    agent = Agent.objects.select_related("user").get(user__email=people.NILA.email)
    return agent, client_of(agent)


def client_of(agent: Agent) -> Client:
    """A test client in which this agent is logged in."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(agent.user)
    return client


def cost(client: Client, url: str) -> tuple[int, float]:
    """Number of queries and median milliseconds of a request through the whole of Django."""
    queries = []

    def count(execute: Any, *call: Any) -> Any:
        queries.append(call[0])
        return execute(*call)

    client.get(url)
    with connection.execute_wrapper(count):
        assert client.get(url).status_code == 200
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(url)
        spent.append((time.perf_counter() - began) * 1000)
    return len(queries), statistics.median(spent)


def fill(agent: Agent, entries: int) -> None:
    """Replace the agent's qualifications and jobs by so many of each."""
    agent.qualifications.all().delete()
    agent.experiences.all().delete()
    for n in range(entries):
        qualification = {"level": "DIPLOMA", "title": f"Diploma {n}", "year": 2000 + n}
        Qualification.objects.create(agent=agent, **qualification)
        job = {"company": f"Company {n}", "role": "Support associate", "domain": "SUPPORT"}
        period = {"started_on": date(2000 + n, 1, 1), "ended_on": date(2000 + n, 12, 31)}
        Experience.objects.create(agent=agent, **job, **period)
