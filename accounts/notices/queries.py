"""Reads of notices, and how a person wants them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Notice, NoticeCategory, NoticePreference, NoticeSettings, User
from accounts.models.notices import MANDATORY_CATEGORIES, NoticeQuerySet
from accounts.notices import kinds
from hitouch.core.india_time import day_of, midnight

Mail = NoticePreference.Mail


def notices_of(user: User, *, now: datetime, category: str = "") -> NoticeQuerySet:
    """What the person was told, the newest first."""
    rows = Notice.objects.filter(user=user).posted(now).order_by("-at", "-pk")
    return rows.filter(category=category) if category else rows


def unread_count(user: User, *, now: datetime) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(user=user).posted(now).unread().count()


@dataclass(frozen=True)
class CategoryChoice:
    """How a person gets the notices of one category."""

    category: NoticeCategory
    mail: str
    sms: bool
    #: Whether a kind of the category has a registered SMS text.
    has_sms: bool

    @property
    def is_mandatory(self) -> bool:
        """Whether the person cannot change it."""
        return self.category in MANDATORY_CATEGORIES


def settings_of(user: User) -> NoticeSettings:
    """The person's quiet hours and summary; a row with the defaults, not saved, if none is."""
    return NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)


def choice_of(user: User, category: NoticeCategory) -> CategoryChoice:
    """How the person gets the notices of a category."""
    if category in MANDATORY_CATEGORIES:
        return _choice(user, category, None)
    row = NoticePreference.objects.filter(user=user, category=category).first()
    return _choice(user, category, row)


def choices_of(user: User) -> list[CategoryChoice]:
    """The same for every category, in the order of the page."""
    rows = {row.category: row for row in NoticePreference.objects.filter(user=user)}
    return [_choice(user, category, rows.get(category)) for category in NoticeCategory]


def _choice(user: User, category: NoticeCategory, row: NoticePreference | None) -> CategoryChoice:
    sms = row.sms if row else None
    return CategoryChoice(
        category=category,
        mail=row.mail if row else Mail.EACH,
        sms=not mail_address(user) if sms is None else sms,
        has_sms=kinds.has_sms(category),
    )


def mail_address(user: User) -> str:
    """The verified mail address, or ""."""
    return (user.email or "") if user.email_verified_at else ""


def phone_number(user: User) -> str:
    """The verified phone number, or ""."""
    return (user.phone or "") if user.phone_verified_at else ""


def next_digest(hour: int, *, at: datetime) -> datetime:
    """The next moment after `at` at which it is this hour in India."""
    today = midnight(day_of(at)) + timedelta(hours=hour)
    return today if today > at else today + timedelta(days=1)
