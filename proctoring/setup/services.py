"""Setup of a sitting before it starts: consent, and checks that rest on evidence.

A check is judged outside the transaction, as it takes a moment; then its try is saved and the
sitting moves on. Each can be repeated at any later step. What has passed holds for 15 minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from accounts.consents import services as consents
from accounts.models import Agent, Consent, User
from accounts.security import locks
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.rate_limits import RateLimit
from proctoring import conf, queries
from proctoring.artefacts.services import record_receipts
from proctoring.delivery import accommodations
from proctoring.delivery.locks import lock_sitting, lock_sitting_in
from proctoring.invitations.bans import require_no_ban
from proctoring.invitations.services import NoAttemptsLeft
from proctoring.models import IdentityCheck, Invitation, MonitoringDemand, Sitting, SystemCheck
from proctoring.setup import identity, network, sentences, sounds, stills, system_requirements
from proctoring.setup import queries as checks
from proctoring.setup.results import CheckResult, failed_result, passed_result

State, Kind = Sitting.State, SystemCheck.Kind
Outcome = IdentityCheck.Outcome
PHOTO_PURPOSE, CHECK_PURPOSE = "proctoring.identity", "proctoring.check"
#: A try costs some tenths of a second of CPU.
TRIES = RateLimit("proctoring-check", tries=60, seconds=600)
#: Camera frames for which guidance is asked.
HINTS = RateLimit("proctoring-photo-hint", tries=120, seconds=600)
LISTEN = "proctoring.tasks.listen_to_sentence"


class InvitationNotOpen(Refusal):
    """The invitation is used or expired."""

    code = "invitation_not_open"
    message = "This invitation has already been used or has expired."


class SittingAlreadyOpen(Refusal):
    """The agent has another open sitting."""

    code = "sitting_already_open"
    message = "You already have an assessment open. Finish that one first."


class StillListening(Refusal):
    """The last sentence is still being listened to."""

    code = "still_listening"
    message = "We are still listening to your last recording. Wait a few seconds."


@dataclass(frozen=True)
class TriedPhoto:
    """A photo that was taken, with advice for the next one."""

    check: IdentityCheck
    comparison: identity.PhotoComparison
    tries_left: int

    @property
    def outcome(self) -> str:
        return self.check.outcome

    @property
    def sitting(self) -> Sitting:
        return self.check.sitting

    @property
    def code(self) -> str:
        return self.comparison.code

    @property
    def advice(self) -> str:
        """What to do better, or what happens next."""
        if self.outcome == Outcome.PERSON and self.comparison.outcome == Outcome.RETRY:
            return identity.ADVICE["not_looked_at"]
        return self.comparison.advice


@transaction.atomic
def open_sitting(*, invitation: Invitation, at: datetime) -> Sitting:
    """Open a sitting from an invitation."""
    agent = locks.lock_agent(invitation.agent_id)
    require_no_ban(agent, at)
    if queries.open_sitting(agent):
        raise SittingAlreadyOpen
    if not agent.invitations.open(at).filter(pk=invitation.pk).exists():
        raise InvitationNotOpen
    granted = invitation.why == Invitation.Why.GRANTED
    if not granted and not queries.attempts_left(agent, invitation.assessment, at):
        raise NoAttemptsLeft
    earlier = agent.sittings.filter(assessment=invitation.assessment).aggregate(last=Max("number"))
    return Sitting.objects.create(
        agent=agent,
        assessment=invitation.assessment,
        invitation=invitation,
        number=(earlier["last"] or 0) + 1,
        waives=accommodations.waived_demands(agent, at),
    )


@transaction.atomic
def give_consent(*, sitting: Sitting, by: User, at: datetime) -> Sitting:
    """Record the agent's consent to the recording."""
    locks.lock_account(sitting.agent.user_id)
    locked = lock_sitting_in(sitting, Sitting.State.CREATED)
    facts: dict[str, Any] = {"consented_at": at, "consent_version": conf.CONSENT_VERSION}
    where = Consent.Where.TEST
    consents.give_consent(user=locked.agent.user, purpose="recording", at=at, where=where)
    record_receipts(sitting=locked, at=at)
    transition(locked, to=Sitting.State.SYSTEM_CHECK, by=by, at=at, **facts)
    return locked


@transaction.atomic
def start_sitting(*, agent: Agent, by: User, at: datetime) -> Sitting:
    """Open a sitting if none is open, and record the consent: the page does both at once."""
    locks.lock_account(agent.user_id)  # the consent is recorded there, after other locks
    sitting = queries.open_sitting(agent)
    if sitting is None:
        invitation = queries.open_invitation(agent, at)
        if invitation is None:
            raise InvitationNotOpen
        sitting = open_sitting(invitation=invitation, at=at)
    if sitting.state != Sitting.State.CREATED:
        return sitting
    return give_consent(sitting=sitting, by=by, at=at)


def start_probe(*, sitting: Sitting, at: datetime) -> tuple[str, bytes]:
    """A token of the network probe, and the bytes to send back with it."""
    _require_step(sitting, Kind.NETWORK)
    TRIES.spend(str(sitting.pk), at=at)
    return network.start(sitting, at)


def answer_probe(
    *, sitting: Sitting, token: str, content: bytes, by: User, at: datetime
) -> tuple[str, SystemCheck | None]:
    """Time what came back: the next token, or at the end the check."""
    _require_step(sitting, Kind.NETWORK)
    following, measured = network.go_on(sitting, token, content, at)
    if following:
        return following, None
    check = record_check(
        sitting=sitting,
        kind=Kind.NETWORK,
        facts=measured.as_json(),
        results=network.judge(measured),
        by=by,
        at=at,
    )
    return "", check


def check_system(
    *, sitting: Sitting, facts: system_requirements.SystemFacts, by: User, at: datetime
) -> SystemCheck:
    """Run the system check, with the network as the probe has measured it."""
    _require_step(sitting, Kind.SYSTEM)
    results = system_requirements.check_system(
        facts, min_screen=conf.min_screen(), waives=sitting.waives
    )
    results += _network_results(sitting, at)
    claimed = {**vars(facts), "claimed": True}
    return record_check(
        sitting=sitting, kind=Kind.SYSTEM, facts=claimed, results=results, by=by, at=at
    )


def _network_results(sitting: Sitting, at: datetime) -> list[CheckResult]:
    newest = checks.newest_check(sitting, Kind.NETWORK)
    if newest is None or (newest.passed and (newest.valid_until or at) <= at):
        return [failed_result("network", "Network", "Not measured", network.REMEDY)]
    return [CheckResult(**result) for result in newest.results]


def check_devices(
    *,
    sitting: Sitting,
    picture: UploadedFile | None,
    sound: UploadedFile | None,
    by: User,
    at: datetime,
) -> SystemCheck:
    """Judge a still and three seconds of sound. They become the person's baseline."""
    _require_step(sitting, Kind.DEVICES)
    TRIES.spend(str(sitting.pk), at=at)
    facts: dict[str, Any] = {}
    results: list[CheckResult] = []
    still, heard = b"", None
    if MonitoringDemand.CAMERA not in sitting.waives:
        still, found = _judge_still(sitting, picture, facts)
        results += found
    if MonitoringDemand.MICROPHONE not in sitting.waives:
        heard = _heard(sound)
        facts["sound"] = heard.as_json() if heard else None
        results.append(sounds.judge(heard))
    return record_check(
        sitting=sitting,
        kind=Kind.DEVICES,
        facts=facts,
        results=results,
        picture=still,
        heard=heard,
        by=by,
        at=at,
    )


def _judge_still(
    sitting: Sitting, picture: UploadedFile | None, facts: dict[str, Any]
) -> tuple[bytes, list[CheckResult]]:
    facts["picture"] = None
    title, mend = "Camera picture", "Allow your camera in your browser, and check again."
    if picture is None:
        return b"", [failed_result("picture", title, "No picture", mend)]
    try:
        fresh = storage.fresh_picture(picture)
    except storage.InvalidFile as refusal:
        return b"", [failed_result("picture", title, "Not readable", str(refusal))]
    still = stills.look_at(fresh, find_faces=MonitoringDemand.FACE not in sitting.waives)
    facts["picture"] = still.as_json()
    return fresh, stills.judge(still, waives=sitting.waives)


def _heard(sound: UploadedFile | None) -> sounds.SetupSound | None:
    content = sound.read(sounds.MAX_BYTES + 1) if sound is not None else b""
    return sounds.listen(content) if content else None


@transaction.atomic
def record_check(
    *,
    sitting: Sitting,
    kind: str,
    facts: dict[str, Any],
    results: list[CheckResult],
    picture: bytes = b"",
    heard: sounds.SetupSound | None = None,
    pending: bool = False,
    settled: bool = False,
    by: User | None,
    at: datetime,
) -> SystemCheck:
    """Save one try of a check, and move on if it was the one that is waited for.

    A try that did not pass is `settled` when it holds the assessment up no longer.
    """
    locked = _lock_at(sitting, kind)
    passed = not pending and all(result.passed for result in results)
    check = SystemCheck.objects.create(
        sitting=locked,
        kind=kind,
        facts=facts,
        results=[result.as_dict() for result in results],
        passed=passed,
        picture=_store_picture(picture),
        sound=_store_sound(heard),
        keep_until=at + timedelta(days=locked.assessment.retention_days)
        if picture or heard
        else None,
        valid_until=at + conf.CHECK_LIFETIME if passed or settled else None,
        pending=pending,
        checked_at=at,
    )
    _move_on(locked, by=by, at=at)
    check.sitting = locked
    return check


def _store_picture(picture: bytes) -> Any:
    if not picture:
        return None
    return storage.store_bytes(
        picture, name="still.jpg", content_type="image/jpeg", purpose=CHECK_PURPOSE
    )


def _store_sound(heard: sounds.SetupSound | None) -> Any:
    if heard is None or not heard.content:
        return None
    mime, ending = heard.mime
    return storage.store_bytes(
        heard.content, name=f"sound.{ending}", content_type=mime, purpose=CHECK_PURPOSE
    )


def photo_hint(*, sitting: Sitting, frame: UploadedFile, at: datetime) -> tuple[str, str]:
    """Code and sentence about one frame of the camera, which is not stored."""
    _require_step(sitting, checks.IDENTITY)
    HINTS.spend(str(sitting.pk), at=at)
    return identity.hint_for(storage.fresh_picture(frame))


def check_identity(*, sitting: Sitting, photo: UploadedFile, by: User, at: datetime) -> TriedPhoto:
    """Compare a photo with earlier ones of the agent; in doubt a person does."""
    _require_step(sitting, checks.IDENTITY)
    TRIES.spend(str(sitting.pk), at=at)
    picture = storage.fresh_picture(photo)
    is_looked_at = MonitoringDemand.FACE not in sitting.waives
    comparison = identity.compare(picture, sitting.agent, find_faces=is_looked_at)
    check = record_identity(sitting=sitting, picture=picture, comparison=comparison, by=by, at=at)
    return TriedPhoto(check, comparison, checks.photo_tries_left(check.sitting))


@transaction.atomic
def record_identity(
    *,
    sitting: Sitting,
    picture: bytes,
    comparison: identity.PhotoComparison,
    by: User,
    at: datetime,
) -> IdentityCheck:
    """Save one photo with what comparing it led to. The last try leads to a person."""
    locked = _lock_at(sitting, checks.IDENTITY)
    outcome = comparison.outcome
    if outcome == Outcome.RETRY and checks.photo_tries_left(locked) <= 1:
        outcome = Outcome.PERSON
    stored = storage.store_bytes(
        picture, name="photo.jpg", content_type="image/jpeg", purpose=PHOTO_PURPOSE
    )
    earlier = locked.identity_checks.aggregate(last=Max("number"))["last"] or 0
    check = IdentityCheck.objects.create(
        sitting=locked,
        number=earlier + 1,
        photo=stored,
        taken_at=at,
        keep_until=at + timedelta(days=locked.assessment.retention_days),
        outcome=outcome,
        reference=comparison.reference,
        distance=comparison.distance,
        descriptor=identity.pack(comparison.descriptor),
    )
    if outcome == Outcome.PERSON and MonitoringDemand.FACE not in locked.waives:
        if locked.state != State.IDENTITY_REVIEW:
            transition(locked, to=State.IDENTITY_REVIEW, by=by, at=at)
    else:
        _move_on(locked, by=by, at=at)
    check.sitting = locked
    return check


def say_sentence(*, sitting: Sitting, sound: UploadedFile, by: User, at: datetime) -> SystemCheck:
    """Take the spoken sentence. A voice that can be heard is listened to in the background."""
    _require_step(sitting, Kind.SENTENCE)
    TRIES.spend(str(sitting.pk), at=at)
    heard = _heard(sound)
    with transaction.atomic():
        locked = _lock_at(sitting, Kind.SENTENCE)
        if locked.checks.filter(kind=Kind.SENTENCE, pending=True).exists():
            raise StillListening
        tries = checks.sentence_tries(locked)
        result = sounds.judge(heard)
        check = record_check(
            sitting=locked,
            kind=Kind.SENTENCE,
            facts={
                "sentence": sentences.sentence_for(locked.pk, _said_before(locked)),
                "sound": heard.as_json() if heard else None,
            },
            results=[result],
            heard=heard,
            pending=result.passed,
            settled=not result.passed and tries + 1 >= conf.MAX_TRIES,
            by=by,
            at=at,
        )
        if check.pending:
            enqueue_on_commit(LISTEN, check_id=str(check.pk))
    return check


def sentence_status(*, sitting: Sitting, at: datetime) -> dict[str, Any]:
    """The sentence to say next, a new one after each try, and how the last try went."""
    _require_step(sitting, Kind.SENTENCE)
    newest = checks.newest_check(sitting, Kind.SENTENCE)
    (status,) = (row for row in checks.statuses(sitting, at) if row.check == Kind.SENTENCE)
    return {
        "check": status.state,
        "sentence": sentences.sentence_for(sitting.pk, _said_before(sitting)),
        "tries_left": max(conf.MAX_TRIES - checks.sentence_tries(sitting), 0),
        "results": newest.results if newest and not newest.pending else [],
        "state": sitting.state,
    }


def _said_before(sitting: Sitting) -> int:
    return sitting.checks.filter(kind=Kind.SENTENCE).count()


@transaction.atomic
def judge_sentence(*, check: SystemCheck, heard: str | None, at: datetime) -> None:
    """Save what was heard. None: nobody could listen, and a person may do so later.

    After the last try the assessment goes on: an accent holds nobody up, a reviewer listens.
    """
    locked = lock_sitting(check.sitting)
    row = SystemCheck.objects.select_for_update().get(pk=check.pk)
    if not row.pending:
        return
    share = sentences.share_heard(row.facts["sentence"], heard) if heard is not None else None
    passed = share is None or share >= conf.MIN_WORDS_HEARD
    row.facts |= {"heard": heard, "share": None if share is None else round(share, 3)}
    row.results = [_sentence_result(share, passed).as_dict()]
    row.passed, row.pending = passed, False
    if passed or checks.sentence_tries(locked) >= conf.MAX_TRIES:
        row.valid_until = at + conf.CHECK_LIFETIME
    row.save()
    _move_on(locked, by=None, at=at)


def _sentence_result(share: float | None, passed: bool) -> CheckResult:
    title = "Spoken sentence"
    if share is None:
        return passed_result("sentence", title, "A person may listen to it later")
    found = f"{share:.0%} of the words heard"
    if passed:
        return passed_result("sentence", title, found)
    mend = "Speak slowly and close to the microphone, in a quiet place."
    return failed_result("sentence", title, found, mend)


def _require_step(sitting: Sitting, check: str) -> None:
    """Refuse a check whose step has not come, or when the assessment has begun."""
    order = Sitting.PREPARING
    if sitting.state not in order[order.index(checks.CHECKS[check]) :]:
        raise InvalidTransition


def _lock_at(sitting: Sitting, check: str) -> Sitting:
    locked = lock_sitting(sitting)
    _require_step(locked, check)
    return locked


def _move_on(locked: Sitting, *, by: User | None, at: datetime) -> None:
    """Go to the first step whose checks do not hold."""
    holding = {status.check for status in checks.statuses(locked, at) if status.holds}
    needed: dict[str, tuple[set[str], str]] = {
        State.SYSTEM_CHECK: ({Kind.NETWORK, Kind.SYSTEM}, State.DEVICE_TEST),
        State.DEVICE_TEST: ({Kind.DEVICES}, State.IDENTITY),
        State.IDENTITY: ({checks.IDENTITY, Kind.SENTENCE}, State.READY),
    }
    while (step := needed.get(locked.state)) and step[0] <= holding:
        transition(locked, to=step[1], by=by, at=at)
