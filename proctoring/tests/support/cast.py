"""Builders of invitations and sittings in any state."""

import io
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Agent
from conftest import NOON, make_staff
from proctoring import queries
from proctoring.delivery import services as sittings
from proctoring.grading import evaluation, ratings
from proctoring.grading import services as services
from proctoring.grading.answers import PRODUCTIVE
from proctoring.grading.evaluators import MachineView
from proctoring.invitations import services as invitations
from proctoring.leases import services as leases
from proctoring.models import (
    AnswerEntry,
    Assessment,
    GradingCase,
    IdentityCheck,
    Invitation,
    MonitoringConnection,
    Sitting,
    SittingQuestion,
)
from proctoring.scales.cuts import MIDDLE_OF_LEVEL
from proctoring.setup import identity
from proctoring.setup import services as setup

SYSTEM_FACTS = {
    "browser": "Chrome",
    "browser_version": 130,
    "desktop": True,
    "screen_width": 1366,
    "screen_height": 768,
    "fullscreen": True,
    "camera": True,
    "microphone": True,
    "second_screen": False,
}
A_DAY = timedelta(days=1)
STATES = ["CREATED", "SYSTEM_CHECK", "DEVICE_TEST", "IDENTITY", "READY", "IN_PROGRESS"]


def make_picture(name: str = "photo.jpg") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def make_invitation(
    agent: Agent, assessment: Assessment, at: datetime = NOON, why="ONBOARDING"
) -> Invitation:
    until = at + timedelta(days=30)
    return invitations.invite(
        agent=agent, assessment=assessment, why=why, by=None, at=at, until=until
    )


def make_sitting(
    agent: Agent, state: str, at: datetime = NOON, *, monitored: bool = True
) -> Sitting:
    """A sitting of the agent in the given state, reached through the services.

    In progress it is `monitored` all day, unless the test has connections of its own.
    """
    invitation = make_invitation(agent, queries.language_assessment(), at)
    sitting = setup.open_sitting(invitation=invitation, at=at)
    steps = [
        lambda: setup.give_consent(sitting=sitting, by=agent.user, at=at),
        lambda: pass_checks(sitting, "NETWORK", "SYSTEM", at=at),
        lambda: pass_checks(sitting, "DEVICES", at=at),
        lambda: pass_checks(sitting, "IDENTITY", "SENTENCE", at=at),
        lambda: sittings.begin_sitting(sitting=sitting, by=agent.user, at=at, seed="7"),
    ]
    for step in steps[: STATES.index(state)]:
        step()
    sitting.refresh_from_db()
    if sitting.is_live and monitored:
        hold_lease(sitting, at)
    return sitting


def hold_lease(sitting: Sitting, at: datetime, *, lasts: timedelta = A_DAY) -> MonitoringConnection:
    """A connection that holds the sitting's lease, and is heard of until then."""
    page = leases.connect(sitting=sitting, device=uuid4(), client="PAGE", facts={}, at=at)
    held = leases.prove(connection=page, camera=True, sound=True, at=at).connection
    held.last_beat_at = at + lasts
    held.save(update_fields=["last_beat_at"])
    return held


def pass_checks(sitting: Sitting, *names: str, at: datetime = NOON) -> None:
    """Pass checks before the assessment as if they had been judged.

    Nothing is decoded, and no model is loaded; the checks have tests of their own.
    """
    by = sitting.agent.user
    for name in names:
        if name == "IDENTITY":
            setup.record_identity(
                sitting=sitting,
                picture=make_picture().read(),
                comparison=identity.PhotoComparison(
                    IdentityCheck.Outcome.PASSED, reference="PROFILE", distance=0.3
                ),
                by=by,
                at=at,
            )
        else:
            setup.record_check(sitting=sitting, kind=name, facts={}, results=[], by=by, at=at)


def correct_answer(drawn: SittingQuestion) -> str:
    return drawn.version.key.key


def make_entry(
    question: SittingQuestion, value: str, *, at: datetime, sequence: int = 1, device=None, **facts
) -> AnswerEntry:
    """An entry of the journal, not saved. Its hash stands for nothing."""
    facts = {"kind": "ANSWER", "origin": "JOURNAL", "written_at": at, "received_at": at} | facts
    facts.setdefault("stated_at", facts["written_at"])
    return AnswerEntry(
        sitting_id=question.sitting_id,
        question=question,
        device=device or uuid4(),
        sequence=sequence,
        hash=f"{sequence:064x}",
        value=value,
        **facts,
    )


def answer_all(sitting: Sitting, *, at: datetime = NOON, levels: tuple[str, ...] = ()) -> None:
    """Answer all questions correctly, or only those of the given levels.

    The rows are written directly; saving single answers has its own tests.
    """
    device, sequence = uuid4(), count(1)
    for _ in range(sitting.parts.count()):
        part = queries.current_section(sitting)
        AnswerEntry.objects.bulk_create(
            make_entry(drawn, correct_answer(drawn), at=at, device=device, sequence=next(sequence))
            for drawn in queries.questions_in(part)
            if not levels or drawn.version.item.level in levels
        )
        if not queries.is_last(part):
            sittings.close_section(sitting=sitting, position=part.position, at=at)


def evaluate_all(sitting: Sitting, *, at: datetime = NOON, levels: tuple[str, ...] = ()) -> None:
    """Evaluate spoken and written answers as a machine that is sure of the highest of the levels.

    No model is loaded; the machine's own rules have their own tests.
    """
    seen = MIDDLE_OF_LEVEL[max(levels, default="C2")]
    for question in sitting.drawn.filter(version__item__kind__in=PRODUCTIVE):
        found = MachineView(
            "test", "1", points=(seen + 3) / 6, ability=seen, ability_error=0.6, confidence=0.9
        )
        evaluation.record_evaluation(question=question, found=found, at=at)


def grade_all(sitting: Sitting, *, at: datetime = NOON, levels: tuple[str, ...] = ()) -> Sitting:
    """Grade a sitting, with machine and people where the result waits for them."""
    evaluate_all(sitting, at=at, levels=levels)
    graded = services.grade_sitting(sitting=sitting, at=at)
    cases = GradingCase.objects.filter(question__sitting=sitting, state="OPEN", blocking=True)
    for case in cases.select_related("question__version__item"):
        mark = (MIDDLE_OF_LEVEL[max(levels, default="C2")] + 3) / 1.2
        ratings.record_rating(
            question=case.question,
            grader=make_staff(f"Grader{case.pk.hex[:6]}", "proctor"),
            criteria=dict.fromkeys(ratings.criteria_of(case.question), mark),
            at=at,
        )
    return services.grade_sitting(sitting=graded, at=at)


def make_graded_sitting(
    agent: Agent, *, at: datetime = NOON, levels: tuple[str, ...] = ()
) -> Sitting:
    """A sitting that was answered, submitted and graded."""
    sitting = make_sitting(agent, "IN_PROGRESS", at)
    answer_all(sitting, at=at, levels=levels)
    sittings.submit_sitting(sitting=sitting, by=agent.user, at=at)
    return grade_all(sitting, at=at, levels=levels)
