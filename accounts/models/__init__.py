"""The rows of people and of their way in."""

from accounts.models.audit import AuditEvent
from accounts.models.codes import OneTimeCode
from accounts.models.life import Closing, ClosingEvent, Consent
from accounts.models.log_ins import LogInEvent
from accounts.models.partners import ApiKey, OAuthClient
from accounts.models.people import Agent, User, UserQuerySet
from accounts.models.retention import RetentionProof
from accounts.models.tokens import AccessToken, RefreshToken, TokenFamily

__all__ = [
    "AccessToken",
    "Agent",
    "ApiKey",
    "AuditEvent",
    "Closing",
    "ClosingEvent",
    "Consent",
    "LogInEvent",
    "OAuthClient",
    "OneTimeCode",
    "RefreshToken",
    "RetentionProof",
    "TokenFamily",
    "User",
    "UserQuerySet",
]
