"""Choosing how to be told: channels of a category, quiet hours, the hour of the summary."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from accounts.models import Notice, NoticeCategory, NoticePreference, NoticeSettings, User
from accounts.models.notices import MANDATORY_CATEGORIES
from accounts.notices import queries
from accounts.notices.queries import Mail
from hitouch.core.errors import Refusal
from hitouch.core.outbox import services as outbox


class MandatoryCategory(Refusal):
    """Notices of this category are always sent."""

    code = "mandatory_category"
    message = "Messages about the security of your account and about agreements are always sent."
    field = "category"


class UnknownMailChoice(Refusal):
    """There is no such choice for mails."""

    code = "unknown_mail_choice"
    message = "Choose a mail for each, one mail a day, or no mail."
    field = "mail"
    status = 422


@dataclass(frozen=True)
class Times:
    """When a person wants no messages, and when their summary."""

    has_quiet_hours: bool
    quiet_from: time
    quiet_until: time
    digest_hour: int


@transaction.atomic
def save_times(*, user: User, times: Times, at: datetime) -> NoticeSettings:
    """Save the quiet hours, also for messages that wait now, and the hour of the summary."""
    row, _ = NoticeSettings.objects.update_or_create(user=user, defaults=vars(times))
    posted = Notice.objects.filter(user=user).posted(at)
    outbox.change_quiet_hours(posted.values("pk"), quiet_hours=row.quiet_hours, at=at)
    return row


@transaction.atomic
def save_choice(
    *, user: User, category: NoticeCategory, mail: str, sms: bool, at: datetime
) -> NoticePreference:
    """Choose the channels of a category. What waits for a channel that is turned off is dropped."""
    if category in MANDATORY_CATEGORIES:
        raise MandatoryCategory
    if mail not in Mail:
        raise UnknownMailChoice
    before = NoticePreference.objects.filter(user=user, category=category).first()
    # Someone who leaves SMS as they are by default keeps the default.
    is_default = (before is None or before.sms is None) and sms == (not queries.mail_address(user))
    row, _ = NoticePreference.objects.update_or_create(
        user=user, category=category, defaults={"mail": mail, "sms": None if is_default else sms}
    )
    own = Notice.objects.filter(user=user, category=category)
    if mail == Mail.OFF:
        outbox.withdraw_mails(own.values("pk"))
        own.filter(digested_at=None).update(digest_at=None, updated_at=at)
    if not sms:
        outbox.withdraw_sms(own.values("pk"))
    return row


@transaction.atomic
def save_all(
    *, user: User, times: Times, choices: list[tuple[NoticeCategory, str, bool]], at: datetime
) -> None:
    """Save the whole page: the times, and category, mail and SMS of each row."""
    save_times(user=user, times=times, at=at)
    for category, mail, sms in choices:
        save_choice(user=user, category=category, mail=mail, sms=sms, at=at)


@transaction.atomic
def stop_mails(*, user: User, categories: list[NoticeCategory], at: datetime) -> None:
    """Turn off the mails of these categories, and nothing else. Mandatory ones stay."""
    for category in categories:
        if category not in MANDATORY_CATEGORIES:
            sms = queries.choice_of(user, category).sms
            save_choice(user=user, category=category, mail=Mail.OFF, sms=sms, at=at)
