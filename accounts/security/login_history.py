"""What happened to somebody's account lately, told in words: log-ins, tries, and changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from accounts.models import AuditEvent, LogInEvent, User
from accounts.security.origin import RequestOrigin

SHOWN = timedelta(days=30)
Outcome, Way = LogInEvent.Outcome, LogInEvent.Way
CAME_IN = {
    Way.PASSWORD: "Logged in with a password",
    Way.CODE: "Logged in with a code",
    Way.PASSKEY: "Logged in with a passkey",
    Way.GOOGLE: "Logged in with Google",
    Way.SIGN_UP: "Signed up",
}
TRIED = {
    Way.PASSWORD: "Wrong password",
    Way.CODE: "Wrong code",
    Way.PASSKEY: "Passkey not accepted",
    Way.GOOGLE: "Google login failed",
}
REFUSED = {
    Outcome.WRONG_FACTOR: "Wrong two-step verification code",
    Outcome.NOT_ACTIVE: "Login blocked: account not active",
}
FACTORS = {
    "totp": "Authenticator app",
    "webauthn": "Passkey",
    "recovery_codes": "Recovery codes",
}
CHANGES = {
    "account.contact_confirmed": "Contact verified",
    "account.password_changed": "Password changed",
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
    "staff.break_glass_made": "Emergency code issued by HitouchCX",
    "staff.break_glass_used": "Emergency code used",
}
#: What is told elsewhere: signing up by its log-in, consents on a page of their own.
TOLD = Q(action__startswith="account.") | Q(action__startswith="staff.")
NOT_TOLD = Q(action="account.opened")
log = structlog.get_logger("accounts.log_ins")
NOBODY = UUID(int=0)


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
    """One thing that happened: a word for programs, a sentence for people, when and where."""

    at: datetime
    what: str
    words: str
    tone: str
    device: str
    place: str
    network: str


def activity_of(user: User, *, at: datetime) -> QuerySet[Any]:
    """The last thirty days as one sliceable list, newest first; `told` makes sentences of it."""
    since = at - SHOWN
    changes = AuditEvent.objects.filter(on_kind="accounts.user", on_id=str(user.pk), at__gt=since)
    return (
        _columns(LogInEvent.objects.filter(user=user).since(since), "log_in", "outcome", "way")
        .union(_changes(changes.filter(TOLD & ~NOT_TOLD)), all=True)
        .order_by("-at")
    )


def describe(rows: Any) -> list[AccountActivity]:
    """These rows in words."""
    return [_told(_Row(*row)) for row in rows]


def _columns(events: QuerySet[Any], source: str, what: str, detail: str) -> QuerySet[Any]:
    return events.order_by().values_list(
        "at", _text(source), F(what), F(detail), F("device"), F("country"), F("network")
    )


def _changes(events: QuerySet[AuditEvent]) -> QuerySet[Any]:
    kind = Coalesce(KT("new__kind"), Value(""), output_field=TextField())
    blank = _text("")
    return events.order_by().values_list(
        "at", _text("change"), F("action"), kind, blank, blank, F("address")
    )


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _told(row: _Row) -> AccountActivity:
    is_log_in = row.source == "log_in"
    words, tone = _log_in(row) if is_log_in else (_change(row), "info")
    what = f"log_in.{row.what.lower()}" if is_log_in else row.what
    return AccountActivity(row.at, what, words, tone, row.device, row.place, row.network)


def _log_in(row: _Row) -> tuple[str, str]:
    if row.what == Outcome.IN:
        return CAME_IN.get(Way(row.detail), "Logged in"), "good"
    if row.what in REFUSED:
        return REFUSED[Outcome(row.what)], "warn"
    return TRIED.get(Way(row.detail), "Failed login"), "warn"


def _change(row: _Row) -> str:
    plain = row.what.partition(".")[2].replace("_", " ").capitalize()
    factor = FACTORS.get(row.detail, "Second factor")
    return CHANGES.get(row.what, plain).format(factor=factor)


def password_set_at(user: User) -> datetime | None:
    """When the password was set last, as far as the record tells; None without a password."""
    if not user.has_usable_password():
        return None
    set_by = ("account.password_changed", "account.opened", "staff.created")
    mine = AuditEvent.objects.filter(on_kind="accounts.user", on_id=str(user.pk))
    newest = mine.filter(action__in=set_by).order_by("-at").values_list("at", flat=True)
    return newest.first()


def record_login(
    *, user: User | None, outcome: str, way: str, origin: RequestOrigin, at: datetime
) -> LogInEvent:
    """Note one try, with or without an account behind it, and write a line about it."""
    context = structlog.contextvars.get_contextvars()
    person = str(user.pk) if user else ""
    log.info("log_in", outcome=str(outcome), way=str(way), user=person, network=origin.network)
    return LogInEvent.objects.create(
        user=user,
        at=at,
        outcome=outcome,
        way=way,
        place=origin.place,
        network=origin.network,
        country=origin.country,
        device=origin.device[:80],
        request_id=str(context.get("request_id", "")),
    )


def sweep(*, at: datetime) -> int:
    """Remove what is older than ninety days. Returns how many."""
    return LogInEvent.objects.filter(at__lt=at - LogInEvent.KEPT).delete()[0]


def is_known_network(user: User | None, origin: RequestOrigin, *, at: datetime) -> bool:
    """Whether the person has logged in from this place within ninety days.

    Asked in the same way when there is no such person, so that it takes as long.
    """
    before = LogInEvent.objects.came_in().since(at - LogInEvent.KEPT)
    mine = before.filter(user_id=user.pk if user else NOBODY, place=origin.place)
    return bool(origin.place) and mine.exists()
