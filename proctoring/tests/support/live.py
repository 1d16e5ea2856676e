"""Many live sittings at once: rows as monitoring leaves them, made in a few statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from uuid import uuid4

import pgtrigger
from django.conf import settings
from PIL import Image

from accounts.models import Agent, User
from conftest import NOON
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from proctoring import queries
from proctoring.models import (
    CoverageGap,
    Invitation,
    MonitoringConnection,
    MonitoringState,
    Observation,
    Ruling,
    Sitting,
    SittingSection,
    Snapshot,
)
from proctoring.observations.services import Fact, append

GIVEN = ("Asha", "Ravi", "Nila", "Meera", "Kabir", "Divya", "Farhan", "Lakshmi", "Joseph", "Sana")
FAMILY = ("Rao", "Iyer", "Khan", "Das", "Nair", "Singh", "Bose", "Pillai", "Shah", "Gill", "Roy")
MINUTE = timedelta(minutes=1)
OLD, NEWER = 25 * MINUTE, 20 * MINUTE


def live_sittings(number: int, at: datetime = NOON, *, stills: int = 0) -> list[Sitting]:
    """So many sittings that began 20 minutes ago, watched without a gap."""
    agents = _agents(number)
    assessment = queries.language_assessment()
    assert assessment is not None
    section = assessment.sections.order_by("position").first()
    invitations = Invitation.objects.bulk_create(
        Invitation(agent=agent, assessment=assessment, why="ONBOARDING", until=at + 30 * OLD)
        for agent in agents
    )
    begun, ends = at - NEWER, at + 40 * MINUTE
    with pgtrigger.ignore():
        sittings = Sitting.objects.bulk_create(
            Sitting(
                agent=invitation.agent,
                assessment=assessment,
                invitation=invitation,
                number=1,
                state="IN_PROGRESS",
                consented_at=at - OLD,
                begun_at=begun,
                ends_at=ends,
                last_seen_at=at,
                last_active_at=at,
            )
            for invitation in invitations
        )
        SittingSection.objects.bulk_create(
            SittingSection(
                sitting=sitting, section=section, position=1, opened_at=begun, ends_at=ends
            )
            for sitting in sittings
        )
    MonitoringState.objects.bulk_create(MonitoringState(sitting=sitting) for sitting in sittings)
    MonitoringConnection.objects.bulk_create(
        MonitoringConnection(
            sitting=sitting,
            device=uuid4(),
            client="PAGE",
            state="HELD",
            opened_at=begun,
            held_at=begun,
            last_beat_at=at,
            facts={"device_class": "laptop", "browser": "Chrome 130"},
        )
        for sitting in sittings
    )
    if stills:
        add_stills(sittings, at, each=stills)
    return sittings


def _agents(number: int) -> list[Agent]:
    names = [
        (GIVEN[n % 10], f"{FAMILY[n // 10 % 11]}{'' if n < 110 else n}") for n in range(number)
    ]
    start = User.objects.count()
    users = User.objects.bulk_create(
        User(
            email=f"live{start + place}@example.com",
            phone=f"+9199{start + place:08d}",
            status=User.Status.ACTIVE,
            password="!",
        )
        for place, _ in enumerate(names)
    )
    return Agent.objects.bulk_create(
        Agent(user=user, given_name=given, family_name=family)
        for user, (given, family) in zip(users, names, strict=True)
    )


@cache
def face(kind: int = 0) -> bytes:
    """A camera picture of a person, or of nobody. The people are in the public domain."""
    picture = Image.new("RGB", (320, 240), ("#98a4ad", "#a89f8f", "#7f8f86", "#8a8fa8")[kind % 4])
    if kind % 5 != 4:
        name = "another-portrait.jpg" if kind % 2 else "portrait.jpg"
        with Image.open(settings.BASE_DIR / "onboarding" / "demo" / "samples" / name) as portrait:
            small = portrait.convert("RGB")
            small.thumbnail((200 - 20 * (kind % 3), 220 - 20 * (kind % 3)))
            picture.paste(small, ((320 - small.width) // 2, 240 - small.height))
    out = BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()


def add_stills(sittings: Sequence[Sitting], at: datetime, *, each: int = 1) -> list[Snapshot]:
    """Camera pictures of each sitting, five seconds apart until now. Few files stand for all."""
    files: list[StoredFile] = [
        storage.store_bytes(
            face(kind), name="still.jpg", content_type="image/jpeg", purpose="proctoring.snapshot"
        )
        for kind in range(min(len(sittings), 10))
    ]
    return Snapshot.objects.bulk_create(
        Snapshot(
            sitting=sitting,
            file=files[place % len(files)],
            taken_at=at - timedelta(seconds=5 * back),
            keep_until=at + 30 * OLD,
        )
        for place, sitting in enumerate(sittings)
        for back in range(each)
    )


def observe(
    sitting: Sitting,
    kind: str,
    at: datetime = NOON,
    *,
    standing: str = "NOTED",
    severity: str = "INFO",
    points: int = 0,
) -> Observation:
    """An observation with a ruling that replaces what the policy made of it."""
    state = MonitoringState.objects.get(sitting=sitting)
    warnings, counted = state.warnings, state.points
    (row,) = append(sitting=sitting, facts=[Fact(kind=kind, origin="BROWSER")], at=at)
    newest = row.rulings.order_by("-number").first()
    Ruling.objects.create(
        sitting=sitting,
        observation=row,
        number=newest.number + 1 if newest else 1,
        severity=severity,
        standing=standing,
        points=points,
        at=at,
    )
    MonitoringState.objects.filter(sitting=sitting).update(
        warnings=warnings + (standing == "WARNED"), points=counted + points
    )
    return row


def make_mixed(sittings: Sequence[Sitting], at: datetime) -> None:
    """Give the first of many sittings different troubles, so that the console has to sort them."""
    silent = at - MINUTE
    for place, sitting in enumerate(sittings[:8]):
        rows = Sitting.objects.filter(pk=sitting.pk)
        if place == 0:
            rows.update(last_seen_at=silent)
            sitting.connections.update(last_beat_at=silent)
            CoverageGap.objects.create(sitting=sitting, reason="CONNECTION", since=silent)
        elif place == 1:
            observe(sitting, "OTHER_PERSON_FOUND", at)
        elif place == 2:
            observe(sitting, "TAKEOVER", at, standing="COUNTED", severity="CRITICAL", points=5)
        elif place == 3:
            observe(sitting, "FULLSCREEN_LEFT", at, standing="WARNED", severity="HIGH")
        elif place == 4:
            until = at - 10 * MINUTE
            CoverageGap.objects.create(
                sitting=sitting, reason="CAMERA", since=at - NEWER, until=until
            )
        elif place == 5:
            rows.update(last_active_at=at - 5 * MINUTE)
        elif place == 6:
            with pgtrigger.ignore():
                rows.update(state="PAUSED", paused_at=at - MINUTE)
        else:
            for back in range(9):
                observe(sitting, "MOUSE_LEFT", at - back * MINUTE / 2)
