"""Links under mails that stop mails like them, without logging in (RFC 8058)."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import NoticeCategory, User
from hitouch.core.outbox.services import DeliveryOptions

_SALT = "accounts.unsubscribe"


def token_for(user_id: UUID, categories: Sequence[NoticeCategory]) -> str:
    """The token of a link. It does not expire: an old mail can still be stopped."""
    return signing.dumps([str(user_id), [str(each) for each in categories]], salt=_SALT)


def read_token(token: str) -> tuple[User, list[NoticeCategory]] | None:
    """The person and the categories of a token; None for another text or a person who is gone."""
    try:
        user_id, names = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id).exclude(status=User.Status.CLOSED).first()
    categories = [NoticeCategory(name) for name in names if name in NoticeCategory]
    return (user, categories) if user and categories else None


def url_for(user_id: UUID, categories: Sequence[NoticeCategory]) -> str:
    """The link for the mails of these categories."""
    path = reverse("accounts:stop-mails", args=[token_for(user_id, categories)])
    return f"{settings.BASE_URL}{path}"


def footer(what: str, options: DeliveryOptions) -> str:
    """The last lines of a mail."""
    choose = f"{settings.BASE_URL}{reverse('accounts:notice-preferences')}"
    return (
        f"\n-- \nYou get mails about {what[:1].lower()}{what[1:]} from HitouchCX.\n"
        f"Choose how we tell you: {choose}\nStop these mails: {options.unsubscribe_url}\n"
    )
