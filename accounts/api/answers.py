"""Answers that several endpoints give."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request

from accounts import consents, network, services, tokens
from accounts.landing import landing_for
from accounts.models import LogInEvent, User
from accounts.tokens import Tokens
from hitouch.core.masking import mask_contact


def come_in(
    request: Request,
    user: User,
    *,
    way: str,
    now: datetime,
    second_factor_at: datetime | None = None,
) -> Tokens:
    """Note the log-in of a program and give it its first pair of tokens."""
    origin = network.origin_of(request)
    outcome = LogInEvent.Outcome.IN
    services.note_log_in(user=user, outcome=outcome, way=way, origin=origin, at=now)
    program = request.headers.get("User-Agent", "")
    return tokens.issue(user=user, at=now, second_factor_at=second_factor_at, program=program)


def tokens_out(issued: Tokens) -> dict[str, Any]:
    """A pair of tokens, shown only once."""
    return {
        "access_token": issued.access_token,
        "token_type": issued.token_type,
        "expires_in": issued.expires_in,
        "refresh_token": issued.refresh_token,
    }


def logged_in(issued: Tokens, *, now: datetime) -> dict[str, Any]:
    """Tokens of a new login, with the next step."""
    step = landing_for(issued.family.user, now=now).next_step
    return tokens_out(issued) | {"next_step": step}


def me_out(user: User, *, now: datetime) -> dict[str, Any]:
    """The current user."""
    return {
        "id": str(user.pk),
        "name": user.agent_or_none.name if user.agent_or_none else "",
        "email": mask_contact(user.email) if user.email else None,
        "phone": mask_contact(user.phone) if user.phone else None,
        "email_verified": user.email_verified_at is not None,
        "phone_verified": user.phone_verified_at is not None,
        "roles": sorted(user.role_names),
        "consents_due": [purpose.name for purpose in consents.due(user)],
        "next_step": landing_for(user, now=now).next_step,
    }
