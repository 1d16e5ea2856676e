"""Telling a person something: the row, the mail or SMS, what overtakes what."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import Notice, NoticeCategory, User
from accounts.notices import preferences, services
from accounts.notices.queries import Mail
from accounts.tests.notices.conftest import NIGHT, tell
from conftest import NOON, make_staff
from hitouch.core.india_time import INDIA
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import delivery
from hitouch.core.outbox import services as outbox

MORNING = datetime(2026, 12, 1, 9, tzinfo=INDIA)
HOUR = timedelta(hours=1)


def messages() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.order_by("created_at")
    return [(row.channel, row.template) for row in rows]


def choose(agent, mail=Mail.EACH, sms=False, category=NoticeCategory.WORK, at=NOON):
    preferences.save_choice(user=agent.user, category=category, mail=mail, sms=sms, at=at)


def test_a_notice_is_a_row_with_the_words_of_the_mail(asha):
    """The page shows title and text without salutation; the mail has a link to stop its like."""
    notice = tell(asha, path="/gigs/")
    saved = Notice.objects.get()
    assert saved == notice
    assert (saved.category, saved.kind, saved.path) == ("WORK", "gigs/gig_resumed", "/gigs/")
    assert "Evening chat" in saved.title
    assert not saved.text.startswith("Hello")
    mail = OutboxMessage.objects.get()
    assert (mail.to, mail.subject, mail.source) == ("asha@example.com", saved.title, saved.pk)
    assert mail.body.startswith("Hello Asha")
    assert mail.unsubscribe_url in mail.body


def test_an_unknown_kind_is_refused(asha):
    """A text without a category cannot be sent."""
    with pytest.raises(KeyError):
        tell(asha, kind="gigs/new_work")


@pytest.mark.parametrize(
    ("mail", "sms", "sent"),
    [
        (Mail.EACH, False, ["MAIL"]),
        (Mail.EACH, True, ["MAIL", "SMS"]),
        (Mail.OFF, True, ["SMS"]),
        (Mail.OFF, False, []),
        (Mail.DAILY, False, []),
        (Mail.DAILY, True, ["SMS"]),
    ],
)
def test_channels_follow_the_choice_for_the_category(asha, mail, sms, sent):
    """The row is written whatever the channels do; other categories are not touched."""
    choose(asha, mail, sms)
    notice = tell(asha)
    assert [channel for channel, _ in messages()] == sent
    assert (notice.digest_at is not None) == (mail == Mail.DAILY)
    OutboxMessage.objects.all().delete()
    tell(asha, kind="gigs/swap_taken")
    assert [channel for channel, _ in messages()] == ["MAIL"]


def test_without_a_mail_address_sms_are_on(nila):
    """Who has a phone only gets the registered SMS, and can turn it off."""
    tell(nila)
    assert messages() == [("SMS", "gigs/gig_resumed")]
    choose(nila, sms=False)
    OutboxMessage.objects.all().delete()
    tell(nila)
    assert messages() == []
    assert Notice.objects.count() == 2


def test_what_has_no_sms_text_goes_by_mail_only(nila, asha):
    """SMS texts are registered; a kind without one is on the page."""
    for agent in (nila, asha):
        services.notify(
            user=agent.user,
            kind="onboarding/documents_received",
            context={"name": "A", "expected": "Soon."},
            at=NOON,
        )
    assert messages() == [("MAIL", "onboarding/documents_received")]
    assert Notice.objects.count() == 2


def test_an_unverified_contact_gets_nothing(asha):
    """Only verified contacts are written to."""
    User.objects.filter(pk=asha.user_id).update(email_verified_at=None)
    asha.user.refresh_from_db()
    tell(asha)
    assert [channel for channel, _ in messages()] == ["SMS"]


def test_security_goes_at_once_to_the_contacts_named(asha):
    """No choice, quiet hours or link to stop it; one row, however many contacts."""
    tell(
        asha,
        kind="accounts/security",
        text="accounts/security_password_changed",
        at=NIGHT,
        contacts=asha.user.contacts,
    )
    assert sorted(messages()) == [
        ("MAIL", "accounts/security"),
        ("SMS", "accounts/security_password_changed"),
    ]
    assert Notice.objects.count() == 1
    for row in OutboxMessage.objects.all():
        assert (row.next_try_at, row.unsubscribe_url, row.is_limited) == (NIGHT, "", False)


@pytest.mark.parametrize("category", [NoticeCategory.SECURITY, NoticeCategory.LEGAL])
def test_mandatory_categories_cannot_be_turned_off(asha, category):
    """Security and agreements are always sent."""
    with pytest.raises(preferences.MandatoryCategory):
        choose(asha, Mail.OFF, category=category)


def test_staff_are_told_as_well(db):
    """Notices are for every user, not only for agents."""
    meera = make_staff("Meera", "support")
    services.notify(user=meera, kind="accounts/access", context={"what": "Hi."}, at=NOON,
                    text="accounts/security_access_requested")  # fmt: skip
    assert Notice.objects.get().user == meera


def test_a_message_waits_for_the_end_of_quiet_hours(asha):
    """In the evening it is put off until nine, over midnight and the end of the month."""
    tell(asha, at=NIGHT)
    mail = OutboxMessage.objects.get()
    assert mail.next_try_at == MORNING
    assert not delivery.deliver(message_id=mail.pk, now=MORNING - HOUR)
    assert delivery.deliver(message_id=mail.pk, now=MORNING)


def test_an_urgent_kind_does_not_wait(asha):
    """A hold stops a running clock: the agent hears at once, also at night."""
    tell(asha, kind="gigs/gig_held", at=NIGHT)
    assert OutboxMessage.objects.get().next_try_at == NIGHT


@pytest.mark.parametrize(("hours", "waits"), [(2.9, False), (3, True), (30, True), (-12, False)])
def test_a_shift_that_starts_soon_does_not_wait(asha, hours, waits):
    """When less than three hours would be left in the morning, it goes at night."""
    tell(asha, kind="gigs/seated_from_waitlist", at=NIGHT, needed_by=MORNING + hours * HOUR)
    assert (OutboxMessage.objects.get().next_try_at == MORNING) == waits


def test_what_is_urgent_is_not_collected(asha):
    """Who collects shifts into one mail a day still hears at once about one that starts soon."""
    choose(asha, Mail.DAILY, category=NoticeCategory.SHIFTS)
    notice = tell(asha, kind="gigs/seated_from_waitlist", needed_by=NOON + 2 * HOUR)
    assert notice.digest_at is None
    assert messages() == [("MAIL", "gigs/seated_from_waitlist")]


def test_a_message_that_is_overtaken_is_dropped_where_the_sender_says_so(asha):
    """A mail that waits is not sent once its subject is over; both stay on the page."""
    tell(asha, at=NIGHT, about="gig-1")
    tell(asha, at=NIGHT, about="gig-2")
    tell(asha, kind="gigs/gig_ended", at=NIGHT + HOUR, about="gig-1",
         overtakes=["gigs/gig_resumed"])  # fmt: skip
    assert sorted(messages()) == [("MAIL", "gigs/gig_ended"), ("MAIL", "gigs/gig_resumed")]
    assert Notice.objects.count() == 3
    left = OutboxMessage.objects.get(template="gigs/gig_resumed")
    assert Notice.objects.get(pk=left.source).about == "gig-2"


def test_nothing_is_dropped_without_a_word_of_the_sender(asha):
    """The next notice about the same row leaves the earlier one in the queue."""
    tell(asha, at=NIGHT, about="gig-1")
    tell(asha, kind="gigs/gig_ended", at=NIGHT + HOUR, about="gig-1")
    assert len(messages()) == 2


def test_what_is_overtaken_leaves_the_summary(asha):
    """The same for a notice that waits for the daily summary."""
    choose(asha, Mail.DAILY)
    earlier = tell(asha, about="gig-1")
    tell(asha, kind="gigs/gig_ended", about="gig-1", overtakes=["gigs/gig_resumed"])
    earlier.refresh_from_db()
    assert earlier.digest_at is None


def test_a_notice_for_later_can_be_taken_back(asha):
    """What is written for a later moment is not on the page before, and can be withdrawn."""
    facts = {"name": "Asha", "expected": "Soon."}
    kind = "onboarding/documents_received"
    services.notify(user=asha.user, kind=kind, context=facts, at=NOON + HOUR)
    assert not Notice.objects.posted(NOON).exists()
    services.withdraw_unposted(user=asha.user, kind=kind, at=NOON)
    assert not Notice.objects.exists()
    assert messages() == []


def test_a_failed_transaction_leaves_neither_row_nor_message(asha):
    """Notice and messages are written in the caller's transaction."""
    point = transaction.savepoint()
    tell(asha)
    transaction.savepoint_rollback(point)
    assert not Notice.objects.exists()
    assert messages() == []


def test_turning_mails_off_drops_those_that_wait(asha):
    """A mail that waits for the morning is not sent when its category is turned off meanwhile."""
    tell(asha, at=NIGHT)
    tell(asha, kind="gigs/swap_taken", at=NIGHT)
    choose(asha, Mail.OFF, at=NIGHT + HOUR)
    assert messages() == [("MAIL", "gigs/swap_taken")]


@pytest.mark.parametrize("outcome", ["sent", "taken"])
def test_a_message_that_is_on_its_way_is_not_withdrawn(asha, outcome):
    """What a worker has taken, or sent, stays as it is."""
    tell(asha)
    row = OutboxMessage.objects.get()
    if outcome == "sent":
        delivery.deliver(message_id=row.pk, now=NOON)
    else:
        OutboxMessage.objects.update(tries=1)
    assert outbox.withdraw([row.source]) == 0
