"""The agent's DigiLocker status, for the page and the API."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Agent
from onboarding.kyc.digilocker import client
from onboarding.models import KycCase, KycSession

#: How long after the end the page keeps polling for the result of the checks.
POLL_AFTER_END = timedelta(minutes=1)


@dataclass(frozen=True)
class DigiLockerStatus:
    """The latest session, and the case with its documents."""

    session: KycSession
    case: KycCase | None
    at: datetime

    @property
    def fingerprint(self) -> str:
        """A text that changes whenever the page has something new to show."""
        case = self.case.state if self.case else ""
        return f"{self.session.state} {case} {self.session.is_retrying}"

    @property
    def is_moving(self) -> bool:
        """Whether the status will change soon without the agent, so that clients should poll."""
        if not self.session.is_over:
            return self.session.expires_at > self.at
        ended = self.session.ended_at
        is_recent = ended is not None and self.at < ended + POLL_AFTER_END
        return self.is_received and self.is_under_review and is_recent

    @property
    def is_received(self) -> bool:
        """Whether documents were received."""
        return self.session.state == KycSession.State.COMPLETED

    @property
    def is_under_review(self) -> bool:
        """Whether the documents are being checked or reviewed."""
        return self.case is not None and self.case.can_be_decided

    @property
    def is_approved(self) -> bool:
        """Whether the documents are approved."""
        return self.case is not None and self.case.state == KycCase.State.APPROVED

    @property
    def can_start_again(self) -> bool:
        """Whether a new session can be started."""
        return self.case is None or self.case.is_open


def digilocker_status_of(agent: Agent, at: datetime) -> DigiLockerStatus | None:
    """The status of the agent's latest session, or None without one."""
    session = KycSession.objects.filter(agent=agent).newest_first().first()
    if session is None:
        return None
    return DigiLockerStatus(session, KycCase.objects.filter(agent=agent).first(), at)


def is_digilocker_available() -> bool:
    """Whether DigiLocker is configured on this site."""
    return client.digilocker() is not None
