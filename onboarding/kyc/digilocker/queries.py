"""Where an agent stands with DigiLocker, for the page and for programs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Agent
from onboarding.kyc.digilocker import client
from onboarding.models import KycCase, KycSession

#: How long after the end the page looks for the outcome of the checks by itself.
LOOKS_ON = timedelta(minutes=1)


@dataclass(frozen=True)
class DigiLockerStatus:
    """The newest visit, and the documents that came of it."""

    session: KycSession
    case: KycCase | None
    at: datetime

    @property
    def stands(self) -> str:
        """A word that changes whenever there is something new to see."""
        case = self.case.state if self.case else ""
        return f"{self.session.state} {case} {self.session.waits_for_them}"

    @property
    def is_moving(self) -> bool:
        """Whether something will change in a moment, without the agent."""
        if not self.session.is_over:
            return self.session.expires_at > self.at
        ended = self.session.ended_at
        lately = ended is not None and self.at < ended + LOOKS_ON
        return self.came_in and self.is_compared and lately

    @property
    def came_in(self) -> bool:
        """Whether documents came of it."""
        return self.session.state == KycSession.State.COMPLETED

    @property
    def is_compared(self) -> bool:
        """Whether the documents are being compared or looked at."""
        return self.case is not None and self.case.can_be_decided

    @property
    def is_approved(self) -> bool:
        """Whether nothing is left to do."""
        return self.case is not None and self.case.state == KycCase.State.APPROVED

    @property
    def can_begin_again(self) -> bool:
        """Whether DigiLocker can be tried once more."""
        return self.case is None or self.case.is_open


def digilocker_status_of(agent: Agent, at: datetime) -> DigiLockerStatus | None:
    """The newest visit of this agent, or None when there was none."""
    session = KycSession.objects.filter(agent=agent).newest_first().first()
    if session is None:
        return None
    return DigiLockerStatus(session, KycCase.objects.filter(agent=agent).first(), at)


def digilocker_is_here() -> bool:
    """Whether this site has a key to DigiLocker."""
    return client.digilocker() is not None
