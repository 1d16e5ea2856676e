"""The checks before an assessment: which hold, which have to be passed or repeated."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max, QuerySet

from accounts.models import Agent
from proctoring import conf
from proctoring.models import IdentityCheck, MonitoringDemand, Sitting, SystemCheck
from proctoring.setup import identity

Kind = SystemCheck.Kind
Outcome = IdentityCheck.Outcome
IDENTITY = "IDENTITY"
#: All checks in their order, with the state of a sitting from which on each can be tried.
CHECKS = {
    Kind.NETWORK: Sitting.State.SYSTEM_CHECK,
    Kind.SYSTEM: Sitting.State.SYSTEM_CHECK,
    Kind.DEVICES: Sitting.State.DEVICE_TEST,
    IDENTITY: Sitting.State.IDENTITY,
    Kind.SENTENCE: Sitting.State.IDENTITY,
}
TITLES = {
    Kind.NETWORK: "Network",
    Kind.SYSTEM: "Computer",
    Kind.DEVICES: "Camera and microphone",
    IDENTITY: "Photo",
    Kind.SENTENCE: "Spoken sentence",
}


class CheckState(StrEnum):
    """Whether a check holds."""

    TO_DO = "TO_DO"
    WAITING = "WAITING"
    PASSED = "PASSED"
    EXPIRED = "EXPIRED"
    WAIVED = "WAIVED"


@dataclass(frozen=True)
class CheckStatus:
    """One check of a sitting."""

    check: str
    state: CheckState
    valid_until: datetime | None = None

    @property
    def title(self) -> str:
        return TITLES[self.check]

    @property
    def holds(self) -> bool:
        """Whether the assessment can begin as far as this check goes."""
        return self.state in (CheckState.PASSED, CheckState.WAIVED)


@dataclass(frozen=True)
class Baseline:
    """How the person looked and sounded in the checks. Empty where it was not measured."""

    luminance: float | None = None
    face_share: float | None = None
    noise: float | None = None
    descriptor: tuple[float, ...] = ()


def statuses(sitting: Sitting, at: datetime) -> list[CheckStatus]:
    """All checks of a sitting, in their order."""
    newest: dict[str, SystemCheck] = {}
    for row in sitting.checks.order_by("created_at"):
        newest[row.kind] = row
    return [
        _identity_status(sitting, at)
        if check == IDENTITY
        else _status(sitting, check, newest.get(check), at)
        for check in CHECKS
    ]


def outstanding(sitting: Sitting, at: datetime) -> list[str]:
    """The checks that have to be passed or repeated before the assessment can begin."""
    return [status.check for status in statuses(sitting, at) if not status.holds]


def _status(sitting: Sitting, check: str, newest: SystemCheck | None, at: datetime) -> CheckStatus:
    demands = MonitoringDemand
    lifted = {
        Kind.DEVICES: {demands.CAMERA, demands.MICROPHONE} <= set(sitting.waives),
        Kind.SENTENCE: bool({demands.SENTENCE, demands.MICROPHONE} & set(sitting.waives)),
    }
    if lifted.get(Kind(check)):
        return CheckStatus(check, CheckState.WAIVED)
    if newest is None:
        return CheckStatus(check, CheckState.TO_DO)
    if newest.pending:
        return CheckStatus(check, CheckState.WAITING)
    return _by_time(check, newest.valid_until, at)


def _by_time(check: str, until: datetime | None, at: datetime) -> CheckStatus:
    """By the end of its validity. None: the newest try did not pass."""
    if until is None:
        return CheckStatus(check, CheckState.TO_DO)
    return CheckStatus(check, CheckState.PASSED if until > at else CheckState.EXPIRED, until)


def _identity_status(sitting: Sitting, at: datetime) -> CheckStatus:
    if MonitoringDemand.CAMERA in sitting.waives:
        return CheckStatus(IDENTITY, CheckState.WAIVED)
    newest = newest_try(sitting)
    if newest is None:
        return CheckStatus(IDENTITY, CheckState.TO_DO)
    if newest.same_person:
        return CheckStatus(IDENTITY, CheckState.PASSED)  # a person does not decide it twice
    until = newest.taken_at + conf.CHECK_LIFETIME
    if newest.outcome == Outcome.PASSED:
        return _by_time(IDENTITY, until, at)
    if newest.outcome == Outcome.PERSON and newest.decided_at is None:
        if MonitoringDemand.FACE in sitting.waives:
            return _by_time(IDENTITY, until, at)  # compared afterwards, by the reviewer
        if sitting.state == Sitting.State.IDENTITY_REVIEW:
            return CheckStatus(IDENTITY, CheckState.WAITING)
    return CheckStatus(IDENTITY, CheckState.TO_DO)


def newest_try(sitting: Sitting) -> IdentityCheck | None:
    """The newest photo of the identity check."""
    return sitting.identity_checks.order_by("-number").first()


def photo_tries_left(sitting: Sitting) -> int:
    """How many photos are compared before a person looks. A photo that led on begins anew."""
    checks = sitting.identity_checks.all()
    led_on = checks.exclude(outcome=Outcome.RETRY).aggregate(last=Max("number"))["last"]
    return max(conf.MAX_TRIES - checks.filter(number__gt=led_on or 0).count(), 0)


def sentence_tries(sitting: Sitting) -> int:
    """How many sentences were said since the check was last settled."""
    said = sitting.checks.filter(kind=Kind.SENTENCE)
    settled = said.filter(valid_until__isnull=False).aggregate(last=Max("created_at"))["last"]
    return (said.filter(created_at__gt=settled) if settled else said).count()


def newest_check(sitting: Sitting, kind: str) -> SystemCheck | None:
    """The newest try of a check."""
    return sitting.checks.filter(kind=kind).order_by("-created_at").first()


def baseline_of(sitting: Sitting) -> Baseline:
    """What stills and sounds during the assessment are compared with."""
    devices = sitting.checks.filter(kind=Kind.DEVICES, passed=True).order_by("-created_at").first()
    facts = devices.facts if devices else {}
    still, sound = facts.get("picture") or {}, facts.get("sound") or {}
    photo = sitting.identity_checks.exclude(descriptor="").order_by("-number").first()
    return Baseline(
        luminance=still.get("luminance"),
        face_share=still.get("face_share"),
        noise=sound.get("noise"),
        descriptor=identity.unpack(photo.descriptor) if photo else (),
    )


def photos_to_decide() -> QuerySet[Sitting]:
    """Sittings whose photo a person has to compare, the longest waiting first."""
    waiting = Sitting.objects.filter(state=Sitting.State.IDENTITY_REVIEW)
    return waiting.select_related("agent__user", "assessment").order_by("updated_at", "id")


def can_be_compared(agent: Agent) -> bool:
    """Whether there is a profile photo that a person can compare with."""
    return agent.photo_id is not None
