"""The daily summary: one mail at the chosen hour, grouped, each notice once, or no mail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Notice, NoticeCategory, User
from accounts.notices import digests, preferences, queries, services, unsubscribe_links
from accounts.notices.preferences import Times
from accounts.notices.queries import Mail
from accounts.tests.notices.conftest import tell
from conftest import NOON, make_agent
from hitouch.core import sweeps
from hitouch.core.india_time import INDIA
from hitouch.core.models import OutboxMessage
from tests.support.waiting import DEADLINE_SECONDS

EVENING = NOON.astimezone(INDIA).replace(hour=18, minute=0)
DAY = timedelta(days=1)


@pytest.fixture
def collecting(asha):
    """Asha collects work and shifts into one mail a day, at the usual hour."""
    for category in (NoticeCategory.WORK, NoticeCategory.SHIFTS):
        choose(asha, category, Mail.DAILY)
    return asha


def choose(agent, category, mail):
    preferences.save_choice(user=agent.user, category=category, mail=mail, sms=False, at=NOON)


def sweep(at: datetime) -> int:
    return sweeps.run(digests.DUE_DIGESTS, now=at).done


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(template=digests.TEMPLATE).order_by("created_at"))


def test_one_mail_at_the_chosen_hour_grouped_by_category(collecting):
    """Both categories in one mail, in their order; the same title once, with a count."""
    tell(collecting, kind="gigs/swap_taken")
    tell(collecting)
    tell(collecting)
    assert sweep(EVENING - timedelta(minutes=1)) == 0
    assert sweep(EVENING) == 1
    (mail,) = mails()
    assert mail.to == "asha@example.com"
    assert "3 things" in mail.subject
    assert mail.body.index("Shifts") < mail.body.index("Gigs and work")
    assert "(2 times)" in mail.body
    user, categories = unsubscribe_links.read_token(mail.unsubscribe_url.rsplit("/", 2)[1])
    assert (user, categories) == (collecting.user, ["SHIFTS", "WORK"])


def test_nothing_is_told_twice(collecting):
    """A second run, and the next day's, send nothing that was told."""
    tell(collecting)
    for at in (EVENING, EVENING, EVENING + timedelta(minutes=5), EVENING + DAY):
        sweep(at)
    assert len(mails()) == 1
    tell(collecting, at=EVENING + timedelta(hours=1))
    assert sweep(EVENING + DAY) == 1
    assert "One thing" in mails()[1].subject


def test_no_mail_when_nothing_happened(collecting):
    """Without notices there is no mail, also when all were read on the page."""
    assert sweep(EVENING) == 0
    services.mark_read(notice=tell(collecting), at=NOON)
    sweep(EVENING)
    assert mails() == []
    assert sweep(EVENING + DAY) == 0


def test_a_crash_in_between_sends_once(collecting):
    """When the mail cannot be queued nothing is marked, and the next run sends it."""
    tell(collecting)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'killed'; END $$; "
            "CREATE TRIGGER refuse BEFORE INSERT ON core_outboxmessage "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse()"
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        digests.send_digest(user=collecting.user, at=EVENING)
    assert Notice.objects.get().digested_at is None
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON core_outboxmessage")
    assert sweep(EVENING) == 1
    assert sweep(EVENING) == 0
    assert len(mails()) == 1


def test_the_hour_is_the_persons(collecting):
    """A notice of the hour itself goes into the next day's summary."""
    times = Times(True, time(21), time(9), 7)
    preferences.save_times(user=collecting.user, times=times, at=NOON)
    tell(collecting)
    assert Notice.objects.get().digest_at == EVENING.replace(hour=7) + DAY


@pytest.mark.parametrize(
    ("hour", "at", "due"),
    [
        (0, datetime(2026, 11, 30, 23, 59, tzinfo=INDIA), datetime(2026, 12, 1, tzinfo=INDIA)),
        (18, datetime(2026, 12, 31, 18, tzinfo=INDIA), datetime(2027, 1, 1, 18, tzinfo=INDIA)),
        (23, datetime(2026, 12, 31, 22, tzinfo=INDIA), datetime(2026, 12, 31, 23, tzinfo=INDIA)),
    ],
)
def test_the_next_summary(hour, at, due):
    """Over midnight, the end of the month and of the year; never at the moment itself."""
    assert queries.next_digest(hour, at=at) == due


def test_a_category_turned_off_meanwhile_is_left_out(collecting):
    """What waited for the summary is dropped with its category; the rest is sent."""
    tell(collecting, kind="gigs/swap_taken")
    tell(collecting)
    choose(collecting, NoticeCategory.SHIFTS, Mail.OFF)
    sweep(EVENING)
    (mail,) = mails()
    assert "Shifts" not in mail.body
    assert "One thing" in mail.subject


def test_who_lost_the_address_or_the_account_gets_none(collecting):
    """Without a verified address there is no mail; a suspended account is passed over."""
    tell(collecting)
    User.objects.filter(pk=collecting.user_id).update(status=User.Status.SUSPENDED)
    assert sweep(EVENING) == 0
    User.objects.filter(pk=collecting.user_id).update(
        status=User.Status.ACTIVE, email_verified_at=None
    )
    sweep(EVENING)
    assert mails() == []
    assert sweep(EVENING + DAY) == 0


def test_many_notices_make_one_mail_of_bounded_length(collecting):
    """The mail has the first forty; the page has all, and none comes the next day."""
    title = {"kind": "gigs/gig_resumed", "category": "WORK", "text": "Hi"}
    Notice.objects.bulk_create(
        Notice(user=collecting.user, title=f"Gig {n:03}", at=NOON, digest_at=EVENING, **title)
        for n in range(120)
    )
    assert sweep(EVENING) == 1
    (mail,) = mails()
    assert mail.body.count("- Gig") == digests.MOST_LINES
    assert "more on the page" in mail.body
    assert sweep(EVENING + DAY) == 0


def test_a_late_summary_waits_for_the_morning(collecting):
    """When the workers were down until night, the mail waits; a chosen hour at night does not."""
    tell(collecting)
    night = EVENING.replace(hour=23)
    sweep(night)
    assert mails()[0].next_try_at == EVENING.replace(hour=9) + DAY
    preferences.save_times(user=collecting.user, times=Times(True, time(21), time(9), 23), at=NOON)
    tell(collecting)
    sweep(night)
    assert mails()[1].next_try_at == night


def test_people_do_not_wait_for_each_other(collecting):
    """A run works on each person by itself, and a limited number of them."""
    others = [make_agent(name) for name in ("Ravi", "Mina")]
    for agent in others:
        choose(agent, NoticeCategory.WORK, Mail.DAILY)
    for agent in (collecting, *others):
        tell(agent)
    assert sweeps.run(digests.DUE_DIGESTS, now=EVENING, limit=2).done == 2
    assert sweep(EVENING) == 1
    assert len({mail.to for mail in mails()}) == 3


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_one_mail(monkeypatch):
    """The second worker waits for the first one's rows, and finds nothing left."""
    monkeypatch.setattr("hitouch.core.jobs.dispatch._send", lambda task, ids: None)
    asha = make_agent("Asha")
    choose(asha, NoticeCategory.WORK, Mail.DAILY)
    for _ in range(5):
        tell(asha)

    def act(_: int) -> bool:
        try:
            with transaction.atomic():
                return digests.send_digest(user=asha.user, at=EVENING)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(act, range(4), timeout=DEADLINE_SECONDS))
    assert sum(sent) == 1
    assert len(mails()) == 1
