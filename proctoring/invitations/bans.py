"""Who may not take assessments: the one rule that invitations and sittings ask."""

from datetime import datetime

from django.db.models import F

from accounts.models import Agent
from hitouch.core.errors import Refusal
from hitouch.core.web.humanize import date_text
from proctoring.models import ProctoringBan


class Banned(Refusal):
    """The agent may not take assessments for now."""

    code = "banned"
    status = 403

    def __init__(self, ban: ProctoringBan) -> None:
        self.ban = ban
        self.members = {"until": ban.ends_at.isoformat() if ban.ends_at else None}
        super().__init__(ban_text(ban))


def ban_text(ban: ProctoringBan) -> str:
    """Until when, why, and what the agent can do about it."""
    until = f"until {date_text(ban.ends_at)}" if ban.ends_at else "for good"
    reason = ban.reason.rstrip(".")
    return (
        f"You cannot take assessments {until}. Reason: {reason}. "
        "If you disagree, contest the entry or the decision under What was recorded, "
        "or write to us from Help."
    )


def ban_of(agent: Agent, at: datetime) -> ProctoringBan | None:
    """The ban in force that lasts longest."""
    rows = agent.proctoring_bans.valid_at(at)
    return rows.order_by(F("ends_at").desc(nulls_first=True)).first()


def require_no_ban(agent: Agent, at: datetime) -> None:
    """Raise `Banned` while the agent may not take assessments."""
    ban = ban_of(agent, at)
    if ban is not None:
        raise Banned(ban)
