"""Reads about people that other apps may ask for."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import AuditEvent, LogInEvent, RetentionProof, User
from accounts.places import Origin
from hitouch.core.models import OutboxMessage, OutboxQuerySet
from hitouch.core.outbox import index_of
from hitouch.core.waiting import WorkQueue

#: A night that is an hour or two late is none that was left out.
LONGEST_BETWEEN_NIGHTS = timedelta(hours=26)
NOBODY = UUID(int=0)
TURNS = ("account.suspended", "account.active", "account.closed")
#: Mails that carry a code, or that tell a stranger nothing: of no use once they are read.
PASSED_ON = ("accounts/code", "accounts/account_exists")
PASSING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user: User, types: list[str] | None = None) -> bool:
    """Whether the person enrolled a factor, of one of these types if any are named."""
    factors = Authenticator.objects.filter(user_id=user.pk)
    return (factors if types is None else factors.filter(type__in=types)).exists()


def has_second_factor(user: User) -> bool:
    """Whether a log-in has to ask for a second factor."""
    return has_factor(user, list(PASSING))


def knows_place(user: User | None, origin: Origin, *, at: datetime) -> bool:
    """Whether the person has logged in from this place within ninety days.

    Asked in the same way when there is no such person, so that it takes as long.
    """
    before = LogInEvent.objects.came_in().since(at - LogInEvent.KEPT)
    mine = before.filter(user_id=user.pk if user else NOBODY, place=origin.place)
    return bool(origin.place) and mine.exists()


def standing_of(user: User) -> AuditEvent | None:
    """How the account was last turned: suspended, let in again or closed, by whom and why."""
    turns = AuditEvent.objects.filter(
        on_kind=User._meta.label_lower, on_id=str(user.pk), action__in=TURNS
    )
    return turns.select_related("by__agent").order_by("-id").first()


def mails_to(user: User) -> OutboxQuerySet:
    """What was mailed to the person, newest first, while this address was known to be theirs.

    Somebody else may have had the address before. Codes are not among them; a body is no longer
    there once its mail went out, the subject says what it was about.
    """
    mails = OutboxMessage.objects.real().filter(channel=OutboxMessage.Channel.MAIL)
    if not (user.email and user.email_verified_at):
        return mails.none()
    mine = mails.to_contact(index_of(user.email)).filter(created_at__gte=user.email_verified_at)
    return mine.exclude(template__in=PASSED_ON).order_by("-created_at")


def waiting(*, now: datetime) -> list[WorkQueue]:
    """Nights in which nothing that had its time was ended: somebody has to look why."""
    newest = RetentionProof.objects.filter(rule=RetentionProof.NIGHT).order_by("-number").first()
    if newest is None or now - newest.at <= LONGEST_BETWEEN_NIGHTS:
        return []
    nights, url = (now - newest.at).days, reverse("admin:accounts_retentionproof_changelist")
    return [WorkQueue("Missed nightly data deletions", nights, newest.at, url, "System")]
