"""Models of users, authentication, consents and account closing."""

from accounts.models.access import AccessChange, AccessChangeEvent
from accounts.models.audit import AuditAnchor, AuditEvent
from accounts.models.closing import Closing, ClosingEvent
from accounts.models.consents import Consent
from accounts.models.login_events import LogInEvent
from accounts.models.notices import Notice, NoticeCategory, NoticePreference, NoticeSettings
from accounts.models.one_time_codes import OneTimeCode, StrangerSmsDay
from accounts.models.partners import ApiKey, OAuthClient
from accounts.models.retention import RetentionProof
from accounts.models.tokens import AccessToken, RefreshToken, TokenFamily
from accounts.models.users import Agent, User, UserQuerySet

__all__ = [
    "AccessChange",
    "AccessChangeEvent",
    "AccessToken",
    "Agent",
    "ApiKey",
    "AuditAnchor",
    "AuditEvent",
    "Closing",
    "ClosingEvent",
    "Consent",
    "LogInEvent",
    "Notice",
    "NoticeCategory",
    "NoticePreference",
    "NoticeSettings",
    "OAuthClient",
    "OneTimeCode",
    "RefreshToken",
    "RetentionProof",
    "StrangerSmsDay",
    "TokenFamily",
    "User",
    "UserQuerySet",
]
