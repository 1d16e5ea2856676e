"""Log-in history and recent activity of an account.

Records each log-in attempt, lists log-ins and account changes with texts for people, and tells
whether a user has logged in from a network before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from accounts.models import AuditEvent, LogInEvent, User
from accounts.security.origin import RequestOrigin
from hitouch.core import sweeps

PERIOD = timedelta(days=30)
Outcome, Way = LogInEvent.Outcome, LogInEvent.Way
SUCCESS_TEXTS = {
    Way.PASSWORD: "Logged in with a password",
    Way.CODE: "Logged in with a code",
    Way.PASSKEY: "Logged in with a passkey",
    Way.GOOGLE: "Logged in with Google",
    Way.SIGN_UP: "Signed up",
}
FAILURE_TEXTS = {
    Way.PASSWORD: "Wrong password",
    Way.CODE: "Wrong code",
    Way.PASSKEY: "Passkey not accepted",
    Way.GOOGLE: "Google login failed",
}
OUTCOME_TEXTS = {
    Outcome.WRONG_FACTOR: "Wrong two-step verification code",
    Outcome.NOT_ACTIVE: "Login blocked: account not active",
}
FACTOR_NAMES = {
    "totp": "Authenticator app",
    "webauthn": "Passkey",
    "recovery_codes": "Recovery codes",
}
CHANGE_TEXTS = {
    "account.contact_confirmed": "Contact verified",
    "account.password_changed": "Password changed",
    "account.reauthenticated": "Identity confirmed",
    "account.secret_guessed": "Several wrong passwords or codes",
    "account.token_replayed": "App logged out: a used key was sent again",
    "account.second_factor_added": "{factor} added",
    "account.second_factor_removed": "{factor} removed",
    "account.session_ended": "Logged out of another device",
    "account.sessions_ended": "Logged out of all other devices",
    "account.suspended": "Account suspended by HitouchCX",
    "account.active": "Account reactivated",
    "account.closing_asked": "Account closing requested",
    "account.closing_taken_back": "Account closing cancelled",
    "account.erasure_asked": "Data deletion requested",
    "staff.created": "Account created by HitouchCX",
    "staff.roles_changed": "Roles changed by HitouchCX",
    "staff.break_glass_made": "Emergency code issued by HitouchCX",
    "staff.break_glass_used": "Emergency code used",
}
#: Sign-up is shown as its log-in, consents on their own page.
SHOWN_ACTIONS = Q(action__startswith="account.") | Q(action__startswith="staff.")
HIDDEN_ACTIONS = Q(action="account.opened")
log = structlog.get_logger("accounts.log_ins")
NO_USER_ID = UUID(int=0)


class _Row(NamedTuple):
    at: datetime
    source: str
    what: str
    detail: str
    device: str
    place: str
    network: str


@dataclass(frozen=True)
class AccountActivity:
    """One log-in, failed attempt or account change: a code, a text, when and from where."""

    at: datetime
    what: str
    words: str
    tone: str
    device: str
    place: str
    network: str


def activity_of(user: User, *, at: datetime) -> QuerySet[Any]:
    """The last thirty days as one sliceable queryset, newest first; `describe` adds the texts."""
    since = at - PERIOD
    changes = AuditEvent.objects.filter(on_kind="accounts.user", on_id=str(user.pk), at__gt=since)
    return (
        _login_columns(
            LogInEvent.objects.filter(user=user).since(since), "log_in", "outcome", "way"
        )
        .union(_change_columns(changes.filter(SHOWN_ACTIONS & ~HIDDEN_ACTIONS)), all=True)
        .order_by("-at")
    )


def describe(rows: Any) -> list[AccountActivity]:
    """The rows of `activity_of` with texts for people."""
    return [_activity(_Row(*row)) for row in rows]


def password_set_at(user: User) -> datetime | None:
    """When the password was set last, by the audit log; None without a password."""
    if not user.has_usable_password():
        return None
    set_by = ("account.password_changed", "account.opened", "staff.created")
    events = AuditEvent.objects.filter(on_kind="accounts.user", on_id=str(user.pk))
    newest = events.filter(action__in=set_by).order_by("-at").values_list("at", flat=True)
    return newest.first()


def record_login(
    *, user: User | None, outcome: str, method: str, origin: RequestOrigin, at: datetime
) -> LogInEvent:
    """Record one log-in attempt, with or without an account, and log it."""
    context = structlog.contextvars.get_contextvars()
    user_id = str(user.pk) if user else ""
    log.info("log_in", outcome=str(outcome), way=str(method), user=user_id, network=origin.network)
    return LogInEvent.objects.create(
        user=user,
        at=at,
        outcome=outcome,
        way=method,
        place=origin.network_hash,
        network=origin.network,
        country=origin.country,
        device=origin.device[:80],
        request_id=str(context.get("request_id", "")),
    )


OLD_EVENTS = sweeps.DeletionSweep(
    name="accounts.old_log_ins",
    due=lambda now: LogInEvent.objects.filter(at__lt=now - LogInEvent.KEPT),
    order=("at", "pk"),
)


def sweep(*, at: datetime) -> int:
    """Delete events older than ninety days. Returns how many."""
    return sweeps.run(OLD_EVENTS, now=at).done


def is_known_network(user: User | None, origin: RequestOrigin, *, at: datetime) -> bool:
    """Whether the user has logged in from this network within ninety days.

    Runs the same query when there is no such user, so that the time does not tell.
    """
    logins = LogInEvent.objects.successful().since(at - LogInEvent.KEPT)
    known = logins.filter(user_id=user.pk if user else NO_USER_ID, place=origin.network_hash)
    return bool(origin.network_hash) and known.exists()


def is_known_browser(user: User | None, origin: RequestOrigin) -> bool:
    """Whether the user has logged in with this browser or app since all sessions were ended."""
    known = (origin.known_to, origin.known_epoch)
    return user is not None and known == (str(user.pk), user.login_epoch)


def _login_columns(events: QuerySet[Any], source: str, what: str, detail: str) -> QuerySet[Any]:
    return events.order_by().values_list(
        "at", _literal(source), F(what), F(detail), F("device"), F("country"), F("network")
    )


def _change_columns(events: QuerySet[AuditEvent]) -> QuerySet[Any]:
    kind = Coalesce(KT("new__kind"), Value(""), output_field=TextField())
    blank = _literal("")
    own = When(on_id=Cast("by", CharField()), then=F("address"))  # never that of staff
    network = Case(own, default=blank, output_field=CharField())
    return events.order_by().values_list(
        "at", _literal("change"), F("action"), kind, blank, blank, network
    )


def _literal(value: str) -> Value:
    return Value(value, output_field=CharField())


def _activity(row: _Row) -> AccountActivity:
    is_log_in = row.source == "log_in"
    words, tone = _login_text_and_tone(row) if is_log_in else (_change_text(row), "info")
    what = f"log_in.{row.what.lower()}" if is_log_in else row.what
    return AccountActivity(row.at, what, words, tone, row.device, row.place, row.network)


def _login_text_and_tone(row: _Row) -> tuple[str, str]:
    if row.what == Outcome.IN:
        return SUCCESS_TEXTS.get(Way(row.detail), "Logged in"), "good"
    if row.what in OUTCOME_TEXTS:
        return OUTCOME_TEXTS[Outcome(row.what)], "warn"
    return FAILURE_TEXTS.get(Way(row.detail), "Failed login"), "warn"


def _change_text(row: _Row) -> str:
    plain = row.what.partition(".")[2].replace("_", " ").capitalize()
    factor = FACTOR_NAMES.get(row.detail, "Second factor")
    return CHANGE_TEXTS.get(row.what, plain).format(factor=factor)
