"""Notices of proctoring to agents."""

from datetime import datetime

from accounts.models import Agent
from accounts.notices import services as notices


def notify(
    agent: Agent, *, template: str, at: datetime, path: str = "", about: str = "", **context: object
) -> None:
    """Tell the agent something; `path` is the page that the notice leads to."""
    notices.notify(
        user=agent.user,
        kind=f"proctoring/{template}",
        context={"name": agent.given_name or agent.name, **context},
        at=at,
        path=path,
        about=about,
    )
