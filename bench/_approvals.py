"""Works to approve, and processes that approve them, for `payments_approval.py`."""

import multiprocessing
import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.utils import timezone

from conftest import make_agent, make_user
from gigs.models import Member, Work
from gigs.signals import opportunity_published
from gigs.work import services
from payments import seeding
from payments.tests.factories import make_bank_account, make_work
from tests.support.funding import fund


def seconds_of(count: int, processes: int) -> float:
    """The time that so many processes take to approve the works of so many agents."""
    at = timezone.now()
    works, member = _prepare(count, f"{processes}", at)
    parts = [works[number::processes] for number in range(processes)]
    connections.close_all()
    connections["default"].close_pool()
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(processes + 1)
    running = [
        fork.Process(target=_approve, args=(part, member, at, ready), daemon=True) for part in parts
    ]
    for process in running:
        process.start()
    ready.wait(60)
    began = time.perf_counter()
    for process in running:
        process.join()
    seconds = time.perf_counter() - began
    if Work.objects.filter(pk__in=works).exclude(state=Work.State.APPROVED).exists():
        raise RuntimeError("not all works were approved")
    return seconds


def _prepare(count: int, name: str, at: datetime) -> tuple[list[UUID], UUID]:
    seeding.seed(at)
    works = []
    for number in range(count):
        agent = make_agent(f"Agent {name} {number}")
        make_bank_account(agent, f"{int(name) * 10**11 + number:012d}")
        works.append(make_work(agent, approved=False, title=f"Gig {name} {number}"))
    client = works[0].gig.client
    fund(client, at=at)
    for work in works:
        opportunity_published.send(sender=Work, opportunity=work.gig.opportunity, at=at)
    member = Member.objects.create(
        client=client, user=make_user(f"Omana {name}"), role=Member.Role.OWNER
    )
    return [work.pk for work in works], member.pk


def _approve(works: Sequence[UUID], member_id: UUID, at: datetime, ready: object) -> None:
    member = Member.objects.select_related("user").get(pk=member_id)
    ready.wait(60)  # type: ignore[attr-defined]
    for pk in works:
        services.approve_work(work=Work.objects.get(pk=pk), member=member, at=at)
