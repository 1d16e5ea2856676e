"""Data protection of proctoring: closing blockers, data export and erasure."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse

from accounts.models import Agent, User
from hitouch.core.data_protection.privacy import (
    Hold,
    OwnFile,
    blank_reasons,
    destroy_files,
    moment,
    without_immutability_triggers,
)
from hitouch.core.models import StoredFile
from proctoring.models import (
    Accommodation,
    AnswerEntry,
    AnswerRating,
    Appeal,
    ConnectionTicket,
    ConsentReceipt,
    CoverageGap,
    EvaluationJob,
    GradingCase,
    IdentityCheck,
    Intervention,
    LevelCertificate,
    MonitoringConnection,
    MonitoringState,
    Observation,
    ProctoringBan,
    Recording,
    RescueFile,
    ReviewCase,
    Ruling,
    Sitting,
    SittingEvent,
    SittingQuestion,
    Snapshot,
    SpeakingEvaluation,
    StillChallenge,
    SystemCheck,
    TimeAdjustment,
    WritingEvaluation,
)

ERASED = frozenset(
    {
        "proctoring.Accommodation", "proctoring.AnswerEntry", "proctoring.AnswerRating",
        "proctoring.Appeal", "proctoring.ConsentReceipt", "proctoring.ConnectionTicket",
        "proctoring.StillChallenge",
        "proctoring.CoverageGap", "proctoring.Intervention", "proctoring.MonitoringConnection",
        "proctoring.MonitoringState", "proctoring.Observation", "proctoring.Ruling",
        "proctoring.EvaluationJob", "proctoring.IdentityCheck", "proctoring.Invitation",
        "proctoring.LevelCertificate", "proctoring.Recording",
        "proctoring.RecordingChunk", "proctoring.RescueFile", "proctoring.Sitting",
        "proctoring.SittingEvent", "proctoring.Snapshot", "proctoring.SpeakingEvaluation",
        "proctoring.SystemCheck", "proctoring.WritingEvaluation",
    }
)  # fmt: skip


def holds(user: User, *, now: datetime) -> list[Hold]:
    """A sitting in progress, or without a result yet, blocks the closing of an account."""
    running = (Sitting.State.IN_PROGRESS, Sitting.State.PAUSED, *Sitting.PENDING)
    if not Sitting.objects.filter(agent__user=user, state__in=running).exists():
        return []
    sentence = "You have an assessment in progress. Finish it and wait for the result."
    return [Hold("sitting_in_progress", sentence, reverse("proctoring:assessment"))]


def files(user: User) -> list[OwnFile]:
    """Identity photos, camera snapshots, spoken answers and rescue files."""
    photos = IdentityCheck.objects.filter(sitting__agent__user=user, photo__isnull=False)
    tried = SystemCheck.objects.filter(sitting__agent__user=user).select_related("picture", "sound")
    pictures = Snapshot.objects.filter(sitting__agent__user=user).order_by("taken_at")
    spoken = Recording.objects.filter(question__sitting__agent__user=user, file__isnull=False)
    rescued = RescueFile.objects.filter(sitting__agent__user=user, file__isnull=False)
    return [
        *(
            OwnFile(
                f"tests/{row.question.sitting_id}/answer-{row.question.position}-{row.take}"
                f"{PurePosixPath(row.file.name).suffix}",
                row.file,
            )
            for row in spoken.select_related("file", "question").order_by("started_at", "pk")
            if row.file
        ),
        *(
            OwnFile(f"tests/{row.sitting_id}/answers-{number}.json", row.file)
            for number, row in enumerate(
                rescued.select_related("file").order_by("uploaded_at", "pk"), start=1
            )
            if row.file
        ),
        *(
            OwnFile(f"tests/{row.sitting_id}/photo-{row.number}.jpg", row.photo)
            for row in photos.select_related("photo").order_by("taken_at", "number")
            if row.photo
        ),
        *(
            OwnFile(
                f"tests/{row.sitting_id}/check-{number}{PurePosixPath(stored.name).suffix}", stored
            )
            for number, row in enumerate(tried.order_by("created_at", "pk"), start=1)
            for stored in (row.picture, row.sound)
            if stored
        ),
        *(
            OwnFile(f"tests/{row.sitting_id}/{row.taken_at:%Y%m%dT%H%M%S%f}.jpg", row.file)
            for row in pictures.select_related("file")
        ),
    ]


def export(user: User) -> dict[str, Any]:
    """Each sitting with its result, answers and recorded events."""
    sittings = (
        Sitting.objects.filter(agent__user=user)
        .select_related("assessment", "result", "certificate")
        .prefetch_related(
            Prefetch("drawn", SittingQuestion.objects.with_answers().order_by("position")),
            Prefetch(
                "entries", AnswerEntry.objects.select_related("question").order_by("received_at")
            ),
            Prefetch("observations", Observation.objects.with_rulings().order_by("number")),
            "checks",
            "identity_checks",
            "result__skills",
            "rescue_files",
            "reviews",
            "appeals",
            "adjustments",
            Prefetch("receipts", ConsentReceipt.objects.order_by("position")),
            Prefetch("drawn__recordings", Recording.objects.order_by("take")),
            Prefetch(
                "drawn__speaking_evaluations", SpeakingEvaluation.objects.filter(current=True)
            ),
        )
        .annotate(pictures=Count("snapshots"))
        .order_by("created_at")
    )
    accommodations = Accommodation.objects.filter(agent__user=user).order_by("created_at")
    return {
        "tests": [_sitting_data(row) for row in sittings],
        "more_time_in_tests": [
            {"percent": row.extra_percent, "minutes_of_breaks": row.break_minutes,
             "reason": row.reason, "from": row.valid_from.isoformat(),
             "until": row.until.isoformat() if row.until else None,
             "revoked_at": moment(row.revoked_at)}
            for row in accommodations
        ],
        "banned_from_tests": [
            {"from": moment(row.starts_at), "until": moment(row.ends_at), "reason": row.reason,
             "revoked_at": moment(row.revoked_at), "why_revoked": row.revoked_reason}
            for row in ProctoringBan.objects.filter(agent__user=user).order_by("starts_at")
        ],
    }  # fmt: skip


def erase(user: User, *, at: datetime) -> None:
    """Delete answers, recordings and pictures. The result stays with the pseudonymous agent."""
    agent = Agent.objects.filter(user=user).first()
    if agent is None:
        return
    of_agent = {"sitting__agent": agent}
    pictures = [row.file for row in Snapshot.objects.filter(**of_agent).select_related("file")]
    photos = [row.photo for row in IdentityCheck.objects.filter(**of_agent).select_related("photo")]
    tried = SystemCheck.objects.filter(**of_agent).select_related("picture", "sound")
    photos += [stored for row in tried for stored in (row.picture, row.sound)]
    Snapshot.objects.filter(**of_agent).delete()
    IdentityCheck.objects.filter(**of_agent).delete()
    SystemCheck.objects.filter(**of_agent).delete()
    _erase_monitoring(agent)
    files = _erase_answers(agent)
    _erase_reasons_of_time(agent)
    blank_reasons(SittingEvent, subject__agent=agent)
    agent.sittings.update(decision_reason="", page="")
    SittingQuestion.objects.filter(sitting__agent=agent).exclude(quote="").update(quote="")
    agent.invitations.filter(sittings=None).delete()
    destroy_files([*pictures, *photos, *files])


def _erase_monitoring(agent: Agent) -> None:
    """Delete what was observed and said about it. Verdicts stay, without words."""
    of_agent = {"sitting__agent": agent}
    with without_immutability_triggers(Ruling, Observation, Intervention, ConsentReceipt):
        for rows in (ConsentReceipt, Appeal, Ruling, Observation, Intervention):
            rows.objects.filter(**of_agent).delete()
    for others in (
        StillChallenge,
        ConnectionTicket,
        CoverageGap,
        MonitoringConnection,
        MonitoringState,
    ):
        others.objects.filter(**of_agent).delete()
    ReviewCase.objects.filter(**of_agent).update(reason="")
    ProctoringBan.objects.filter(agent=agent).update(reason="Erased")
    ProctoringBan.objects.filter(agent=agent).exclude(revoked_reason="").update(
        revoked_reason="Erased"
    )


def _erase_answers(agent: Agent) -> list[StoredFile | None]:
    """Delete what the agent wrote and said, and what was found in it. Returns the files."""
    recordings = Recording.objects.filter(question__sitting__agent=agent)
    rescued = RescueFile.objects.filter(sitting__agent=agent)
    certificates = LevelCertificate.objects.filter(sitting__agent=agent)
    files = [
        row.file
        for rows in (recordings, rescued, certificates)
        for row in rows.select_related("file")
    ]
    with without_immutability_triggers(AnswerEntry):
        AnswerEntry.objects.filter(sitting__agent=agent).delete()
    for answers in (SpeakingEvaluation, WritingEvaluation, AnswerRating, EvaluationJob):
        answers.objects.filter(question__sitting__agent=agent).delete()
    open_cases = GradingCase.objects.filter(
        question__sitting__agent=agent, state=GradingCase.State.OPEN
    )
    for rows in (recordings, rescued, certificates, agent.accommodations.all(), open_cases):
        rows.delete()
    return files


def _erase_reasons_of_time(agent: Agent) -> None:
    """Delete why time was added, which may tell of a person's health; the seconds stay."""
    with without_immutability_triggers(TimeAdjustment):
        rows = TimeAdjustment.objects.filter(sitting__agent=agent).exclude(reason="")
        rows.filter(kind=TimeAdjustment.Kind.STAFF).update(reason="Erased")
        rows.exclude(kind=TimeAdjustment.Kind.STAFF).update(reason="")


def _sitting_data(sitting: Any) -> dict[str, Any]:
    return {
        "id": str(sitting.pk),
        "test": sitting.assessment.title,
        "attempt": sitting.number,
        "state": sitting.get_state_display(),
        "agreed_to_recording_at": moment(sitting.consented_at),
        "agreed_to": [
            {"what": row.what, "why": row.why, "seen_by": row.seen_by, "days": row.keep_days,
             "version": row.version, "at": moment(row.given_at)}
            for row in sitting.receipts.all()
        ],
        "began_at": moment(sitting.begun_at),
        "ended_at": moment(sitting.ended_at),
        "score": None if sitting.shown_score is None else str(sitting.shown_score),
        "level": sitting.shown_level or None,
        "decision": sitting.decision_reason,
        "photos_taken": [
            {"at": moment(photo.taken_at), "compared_with": photo.get_reference_display(),
             "result": photo.get_outcome_display(), "same_person": photo.same_person}
            for photo in sitting.identity_checks.all()
        ],
        "pictures_recorded": sitting.pictures,
        "computer_checks": [
            {"kind": check.get_kind_display(), "at": moment(check.checked_at),
             "facts": check.facts, "passed": check.passed}
            for check in sitting.checks.all()
        ],
        "skills": _skills(getattr(sitting, "result", None)) if sitting.counts else [],
        "certificate": _certificate_data(getattr(sitting, "certificate", None)),
        "time_added": [
            {"at": moment(row.at), "seconds": row.seconds, "why": row.get_kind_display(),
             "reason": row.reason}
            for row in sitting.adjustments.all()
        ],
        "files_of_answers": [
            {"uploaded_at": moment(row.uploaded_at), "state": row.get_state_display(),
             "reason": row.reason}
            for row in sitting.rescue_files.all()
        ],
        "answers": [_answer_data(drawn) for drawn in sitting.drawn.all()],
        "changes_of_answers": [
            {"question": entry.question.position if entry.question else None,
             "kind": entry.get_kind_display(), "value": entry.value,
             "device": str(entry.device), "written_at": moment(entry.written_at),
             "received_at": moment(entry.received_at), "counted": entry.counted}
            for entry in sitting.entries.all()
        ],
        "recorded": [
            {"at": moment(row.received_at), "what": row.message, "times": row.count,
             "counted_as": row.ruling.get_standing_display() if row.ruling else None,
             "points": row.ruling.points if row.ruling else 0, "data": row.data,
             "judged": [
                 {"at": moment(ruling.at), "verdict": ruling.get_verdict_display(),
                  "points": ruling.points, "reason": ruling.reason}
                 for ruling in sorted(row.rulings.all(), key=lambda each: each.number)
             ]}
            for row in sitting.observations.all()
        ],
        "reviews": [
            {"opened_at": moment(row.opened_at), "decided_at": moment(row.decided_at),
             "decision": row.get_verdict_display() or None, "reason": row.reason}
            for row in sitting.reviews.all()
        ],
        "contested": [
            {"what": "an entry" if row.observation_id else "the decision", "text": row.text,
             "filed_at": moment(row.filed_at), "answered_at": moment(row.decided_at),
             "outcome": row.get_outcome_display() or None, "answer": row.answer}
            for row in sitting.appeals.all()
        ],
    }  # fmt: skip


def _skills(result: Any) -> list[dict[str, Any]]:
    rows = result.skills.all() if result is not None else []
    return [
        {"skill": row.get_skill_display(), "score": str(row.score), "level": row.level}
        for row in rows
    ]


def _certificate_data(certificate: Any) -> dict[str, Any] | None:
    if certificate is None:
        return None
    return {
        "code": certificate.code,
        "name": certificate.holder_name,
        "issued_at": moment(certificate.issued_at),
        "withdrawn_at": moment(certificate.withdrawn_at),
        "reason": certificate.withdrawn_reason,
    }


def _answer_data(drawn: Any) -> dict[str, Any]:
    """An answer with what was recorded, and the words that a machine heard."""
    return {
        "question": drawn.position,
        **({"about_the_own_sentence": drawn.quote} if drawn.quote else {}),
        "answer": drawn.given,
        "recordings": [
            {"take": take.take, "started_at": moment(take.started_at),
             "milliseconds": take.duration_ms, "judgement": take.get_judgement_display()}
            for take in drawn.recordings.all()
        ],
        "transcript": next((row.transcript for row in drawn.speaking_evaluations.all()), ""),
    }  # fmt: skip
