"""Periodic maintenance of sittings: time limits, idleness, overdue grading, expiry, deletion."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from hitouch.core import sweeps
from hitouch.core.db.state_machine import transition
from hitouch.core.files import storage
from proctoring import conf
from proctoring.delivery.services import advance_clock, end_sitting, resume_sitting
from proctoring.grading.answers import PRODUCTIVE
from proctoring.grading.evaluation import evaluate_next
from proctoring.grading.services import grade_sitting, queue_closed_answer
from proctoring.leases import services as leases
from proctoring.leases.queries import silent_since
from proctoring.models import (
    EvaluationJob,
    GradingCase,
    IdentityCheck,
    MonitoringConnection,
    MonitoringState,
    Recording,
    Sitting,
    SittingQuestion,
    SittingSection,
    Snapshot,
    StillChallenge,
    SystemCheck,
)
from proctoring.monitoring import checks, consequences
from proctoring.monitoring import services as monitoring
from proctoring.setup import listening
from proctoring.sound import queries as sound
from proctoring.sound import services as recordings

#: After this time the task that grades a sitting is taken to be lost.
GRADING_OVERDUE_AFTER = timedelta(seconds=15)
#: A still that was sent in time may still be on its way when it is due.
CHALLENGE_ON_ITS_WAY = timedelta(seconds=5)


def sweep(*, at: datetime) -> dict[str, int]:
    """Run all maintenance once; return counts. Sittings locked by another worker are skipped."""
    counts = {kind: sweeps.run(each, now=at).done for kind, each in SITTINGS.items()}
    counts["recordings"] = sweeps.run(RECORDINGS, now=at).done
    counts["sentences"] = sweeps.run(SENTENCES, now=at).done
    deleted = sum(sweeps.run(each, now=at).done for each in FILES)
    return counts | {"files_deleted": deleted}


def sweep_evaluations(*, at: datetime) -> int:
    """Evaluate answers that are due; return their number."""
    return sweeps.run(EVALUATIONS, now=at).done


def sweep_stills(*, at: datetime) -> int:
    """Look at stills whose task was lost; return their number."""
    return sweeps.run(STILLS, now=at).done


def _out_of_time(now: datetime) -> QuerySet[Sitting]:
    parts = SittingSection.objects.filter(opened_at__isnull=False, closed_at__isnull=True)
    late = parts.filter(sitting=OuterRef("pk"), ends_at__lte=now)
    return Sitting.objects.live().filter(Exists(late))


def _idle(now: datetime) -> QuerySet[Sitting]:
    return Sitting.objects.live().filter(last_active_at__lte=now - conf.idle_timeout())


def _paused_for_long(now: datetime) -> QuerySet[Sitting]:
    paused = Sitting.objects.filter(state=Sitting.State.PAUSED)
    return paused.filter(paused_at__lte=now - conf.max_pause())


def _ungraded(now: datetime) -> QuerySet[Sitting]:
    """Ended sittings with which grading can go on: neither a machine nor a person has to act."""
    since = now - GRADING_OVERDUE_AFTER
    own = {"question__sitting": OuterRef("pk")}
    jobs = EvaluationJob.objects.unfinished().filter(**own)
    cases = GradingCase.objects.filter(state=GradingCase.State.OPEN, blocking=True, **own)
    takes = Recording.objects.filter(state=Recording.State.OPEN, **own)
    is_final = Q(end_reason=Sitting.EndReason.AGENT) | Q(ended_at__lte=now - conf.answer_grace())
    return Sitting.objects.filter(
        is_final,
        ~Exists(jobs),
        ~Exists(cases),
        ~Exists(takes),
        state__in=Sitting.ENDED,
        updated_at__lte=since,
    )


def _unqueued(now: datetime) -> QuerySet[SittingQuestion]:
    """Spoken and written answers of closed sections, while the test goes on in the next one."""
    return SittingQuestion.objects.filter(
        scored=True,
        evaluation_job__isnull=True,
        sitting__state=Sitting.State.IN_PROGRESS,
        part__closed_at__lte=now,
        part__section__kind__in=PRODUCTIVE,
    )


def _not_started(now: datetime) -> QuerySet[Sitting]:
    """Sittings that were not started in time. One that waits for a person is not the agent's delay,
    and after the decision there is the whole time again."""
    since = now - conf.setup_timeout()
    decided = IdentityCheck.objects.filter(sitting=OuterRef("pk"), decided_at__gt=since)
    return Sitting.objects.filter(
        ~Exists(decided), state__in=Sitting.PREPARING, created_at__lte=since
    ).exclude(state=Sitting.State.IDENTITY_REVIEW)


def _locked(sitting: Sitting, due: QuerySet[Sitting]) -> Sitting | None:
    """The sitting, locked; None when another worker has it, or it is not due any more."""
    rows = due.select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("agent", "assessment").filter(pk=sitting.pk).first()


def _close_parts(sitting: Sitting, at: datetime) -> None:
    if locked := _locked(sitting, _out_of_time(at)):
        advance_clock(sitting=locked, at=at)


def _end_idle(sitting: Sitting, at: datetime) -> None:
    if locked := _locked(sitting, _idle(at)):
        end = Sitting.State.AUTO_SUBMITTED
        end_sitting(locked, to=end, reason=Sitting.EndReason.IDLE, by=None, at=at)


def _resume(sitting: Sitting, at: datetime) -> None:
    if locked := _locked(sitting, _paused_for_long(at)):
        resume_sitting(sitting=locked, reason="The pause lasted too long", by=None, at=at)


def _grade(sitting: Sitting, at: datetime) -> None:
    if locked := _locked(sitting, _ungraded(at)):
        grade_sitting(sitting=locked, at=at)


def _queue_answer(question: SittingQuestion, at: datetime) -> None:
    queue_closed_answer(question=question, at=at)


def _evaluate(pk: UUID, at: datetime) -> object:
    begun = time.monotonic()
    return evaluate_next(job_id=pk, clock=lambda: at + timedelta(seconds=time.monotonic() - begun))


def _expire(sitting: Sitting, at: datetime) -> None:
    if locked := _locked(sitting, _not_started(at)):
        transition(locked, to=Sitting.State.EXPIRED, by=None, at=at, why="Not started in time")


def _close_recording(recording: Recording, at: datetime) -> None:
    recordings.close_abandoned(recording=recording, at=at)


def _expired_snapshots(now: datetime) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(keep_until__lte=now).select_related("file")


def _expired_photos(now: datetime) -> QuerySet[IdentityCheck]:
    """Identity photos whose retention period is over."""
    checks = IdentityCheck.objects.filter(keep_until__lte=now, photo__isnull=False)
    return checks.select_related("photo")


def _delete_snapshot(snapshot: Snapshot, at: datetime) -> None:
    snapshot.delete()
    storage.destroy(snapshot.file)


def _delete_photo(check: IdentityCheck, at: datetime) -> None:
    """Delete the photo, and the numbers that describe the face in it."""
    stored, check.photo, check.descriptor = check.photo, None, ""
    check.save(update_fields=["photo", "descriptor", "updated_at"])
    if stored is not None:
        storage.destroy(stored)


def _expired_checks(now: datetime) -> QuerySet[SystemCheck]:
    """Checks whose still and sound are to be deleted."""
    kept = SystemCheck.objects.filter(Q(picture__isnull=False) | Q(sound__isnull=False))
    return kept.filter(keep_until__lte=now).select_related("picture", "sound")


def _delete_check_files(check: SystemCheck, at: datetime) -> None:
    files = [check.picture, check.sound]
    check.picture = check.sound = None
    check.save(update_fields=["picture", "sound", "updated_at"])
    for stored in files:
        if stored is not None:
            storage.destroy(stored)


def _delete_recording(recording: Recording, at: datetime) -> None:
    stored, recording.file = recording.file, None
    recording.save(update_fields=["file", "updated_at"])
    recording.chunks.update(data=None, updated_at=at)
    if stored is not None:
        storage.destroy(stored)


def _silent_connections(now: datetime) -> QuerySet[MonitoringConnection]:
    """Connections that count as open, and were not heard of for long."""
    return MonitoringConnection.objects.filter(
        ended_at__isnull=True, last_beat_at__lte=silent_since(now)
    )


def _lose_connection(connection: MonitoringConnection, at: datetime) -> None:
    leases.release(connection=connection, at=at, lost=True)


def _unanswered_challenges(now: datetime) -> QuerySet[StillChallenge]:
    rows = StillChallenge.objects.filter(state=StillChallenge.State.OPEN)
    return rows.filter(due_at__lte=now - CHALLENGE_ON_ITS_WAY).select_related("sitting")


def _miss_challenge(challenge: StillChallenge, at: datetime) -> None:
    monitoring.miss_challenge(challenge=challenge, at=at)


def _submit_by_rules(state: MonitoringState, at: datetime) -> None:
    consequences.submit_by_rules(sitting=state.sitting, at=at)


def _check_still(still: Snapshot, at: datetime) -> None:
    checks.check_still(still=still, at=at)


SITTINGS = {
    "by_rules": sweeps.Sweep(
        name="proctoring.submissions_by_rules",
        due=consequences.due,
        act=_submit_by_rules,
        order=("submit_due_at", "pk"),
    ),
    "lost": sweeps.Sweep(
        name="proctoring.silent_connections",
        due=_silent_connections,
        act=_lose_connection,
        order=("last_beat_at", "pk"),
    ),
    "missed": sweeps.Sweep(
        name="proctoring.challenges_missed",
        due=_unanswered_challenges,
        act=_miss_challenge,
        order=("due_at", "pk"),
    ),
    "late": sweeps.Sweep(
        name="proctoring.sittings_out_of_time",
        due=_out_of_time,
        act=_close_parts,
        order=("created_at", "pk"),
        # All that are due at once: a whole course may end at the same minute.
        limit=2000,
    ),
    "idle": sweeps.Sweep(
        name="proctoring.idle_sittings",
        due=_idle,
        act=_end_idle,
        order=("last_active_at", "pk"),
    ),
    "resumed": sweeps.Sweep(
        name="proctoring.paused_sittings",
        due=_paused_for_long,
        act=_resume,
        order=("paused_at", "pk"),
    ),
    "ungraded": sweeps.Sweep(
        name="proctoring.ungraded_sittings",
        due=_ungraded,
        act=_grade,
        order=("updated_at", "pk"),
    ),
    "to_evaluate": sweeps.Sweep(
        name="proctoring.answers_to_queue",
        due=_unqueued,
        act=_queue_answer,
        order=("created_at", "pk"),
    ),
    "expired": sweeps.Sweep(
        name="proctoring.sittings_not_started",
        due=_not_started,
        act=_expire,
        order=("created_at", "pk"),
    ),
}
STILLS = sweeps.Sweep(
    name="proctoring.stills_to_check",
    due=checks.due,
    act=_check_still,
    order=("taken_at", "pk"),
    atomic=False,
)
EVALUATIONS = sweeps.QueueSweep(
    name="proctoring.answers_to_evaluate",
    due=EvaluationJob.objects.due,
    act=_evaluate,
)
RECORDINGS = sweeps.Sweep(
    name="proctoring.abandoned_recordings",
    due=sound.abandoned,
    act=_close_recording,
    order=("started_at", "pk"),
)
SENTENCES = sweeps.Sweep(
    name="proctoring.sentences_not_listened_to",
    due=listening.overdue,
    act=listening.give_up,
    order=("checked_at", "pk"),
)
FILES = (
    sweeps.Sweep(
        name="proctoring.expired_recordings",
        due=sound.expired,
        act=_delete_recording,
        order=("started_at", "pk"),
    ),
    sweeps.Sweep(
        name="proctoring.expired_snapshots",
        due=_expired_snapshots,
        act=_delete_snapshot,
        order=("keep_until", "pk"),
    ),
    sweeps.Sweep(
        name="proctoring.expired_identity_photos",
        due=_expired_photos,
        act=_delete_photo,
        order=("keep_until", "pk"),
    ),
    sweeps.Sweep(
        name="proctoring.expired_check_files",
        due=_expired_checks,
        act=_delete_check_files,
        order=("keep_until", "pk"),
    ),
)
