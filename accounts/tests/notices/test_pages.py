"""The page of notices and its API: the same rows, the same answers, nobody else's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, NoticePreference, NoticeSettings
from accounts.notices import queries, services
from accounts.notices.queries import Mail
from accounts.tests.notices.conftest import tell
from conftest import NOON, make_staff, sign_in

API, PAGE = "/api/v1/me/notices/", "/account/notices/"
PREFERENCES, PREFERENCES_PAGE = "/api/v1/me/notice-preferences/", "/account/notices/preferences/"


@pytest.fixture
def browser(asha) -> Client:
    return sign_in(Client(), asha.user)


def rows_of(browser: Client, **asked: str) -> list[str]:
    return [row["id"] for row in browser.get(API, asked).json()["data"]]


def test_list_the_newest_first_on_page_and_api(asha, browser):
    """Both show the rows with title, text, category and whether they are read."""
    first = tell(asha, at=NOON - timedelta(hours=2))
    second = tell(asha, kind="gigs/swap_taken", at=NOON - timedelta(hours=1))
    services.mark_read(notice=first, at=NOON)
    listed = browser.get(API).json()["data"]
    assert [row["id"] for row in listed] == [str(second.pk), str(first.pk)]
    assert [row["is_read"] for row in listed] == [False, True]
    assert listed[0]["category"] == "SHIFTS"
    page = browser.get(PAGE).content.decode()
    assert page.index(second.text.splitlines()[0][:30]) < page.rindex("Evening chat")
    assert "Mark all as read" in page


def test_filters_by_category_and_unread(asha, browser):
    """The same filters on both; an unknown one is refused."""
    read, unread = tell(asha), tell(asha, kind="gigs/swap_taken")
    services.mark_read(notice=read, at=NOON)
    assert rows_of(browser, unread="true") == [str(unread.pk)]
    assert rows_of(browser, category="WORK") == [str(read.pk)]
    assert browser.get(API, {"category": "NEWS"}).status_code == 400
    assert browser.get(API, {"mine": "1"}).status_code == 400
    assert "Nothing here" in browser.get(PAGE, {"category": "MONEY"}).content.decode()
    assert browser.get(PAGE, {"category": "NEWS"}).status_code == 400
    assert browser.get(PAGE, {"mine": "1"}).status_code == 400


def test_count_and_mark_as_read(asha, browser):
    """Reading one, reading all; repeating keeps the first moment."""
    one, other = tell(asha), tell(asha)
    assert browser.get(f"{API}unread/").json() == {"unread": 2}
    answer = browser.post(f"{API}{one.pk}/read/").json()
    assert answer["is_read"]
    first = Notice.objects.get(pk=one.pk).read_at
    services.mark_read(notice=one, at=NOON + timedelta(days=1))
    assert browser.post(f"{API}read/").json() == {"unread": 0}
    assert Notice.objects.get(pk=one.pk).read_at == first
    assert Notice.objects.get(pk=other.pk).read_at


def test_the_page_opens_marks_and_stays(asha, browser):
    """Open leads to what it is about; “mark as read” stays; a GET changes nothing."""
    notice = tell(asha, path="/gigs/")
    url = f"{PAGE}{notice.pk}/open/"
    assert browser.get(url).status_code == 405
    assert queries.unread_count(asha.user, now=NOON) == 1
    assert browser.post(url).url == "/gigs/"
    assert queries.unread_count(asha.user, now=NOON) == 0
    assert browser.post(url, {"stay": "1"}).url == PAGE
    tell(asha)
    assert browser.post(f"{PAGE}read/").url == PAGE
    assert queries.unread_count(asha.user, now=NOON) == 0


def test_nobody_sees_or_marks_those_of_another(asha, stranger):
    """Somebody else's notice is not there; without a log-in nothing is."""
    notice = tell(asha)
    other = sign_in(Client(), stranger)
    assert rows_of(other) == []
    assert other.post(f"{API}{notice.pk}/read/").status_code == 404
    assert other.post(f"{PAGE}{notice.pk}/open/").status_code == 404
    assert other.post(f"{API}{uuid4()}/read/").status_code == 404
    other.post(f"{API}read/")
    assert queries.unread_count(asha.user, now=NOON) == 1
    for url in (API, f"{API}unread/", PREFERENCES):
        assert Client().get(url).status_code == 401
    for url in (PAGE, PREFERENCES_PAGE):
        assert Client().get(url).status_code == 302


def test_staff_have_the_pages(db):
    """Not only agents are told things."""
    browser = sign_in(Client(), make_staff("Meera", "support"))
    for url in (PAGE, PREFERENCES_PAGE, API, PREFERENCES):
        assert browser.get(url).status_code == 200


def test_the_header_shows_that_some_are_unread(asha, browser):
    """It costs no query of its own: the flag comes with the user of the session."""
    with CaptureQueriesContext(connection) as queries_made:
        assert "some unread" not in browser.get("/account/consents/").content.decode()
    tables = [query["sql"] for query in queries_made if "accounts_notice" in query["sql"]]
    assert len(tables) == 1
    assert "EXISTS" in tables[0]
    assert 'FROM "accounts_user"' in tables[0]
    tell(asha)
    assert "some unread" in browser.get("/account/consents/").content.decode()


def test_a_notice_for_later_is_not_shown_yet(asha, browser):
    """It appears at its moment."""
    tell(asha, at=NOON + timedelta(minutes=5))
    assert rows_of(browser) == []
    assert browser.get(f"{API}unread/").json() == {"unread": 0}
    assert "some unread" not in browser.get(PAGE).content.decode()


def put(browser: Client, url: str, **sent: object):
    return browser.put(url, sent, content_type="application/json")


def test_choose_a_category_over_the_api(asha, browser):
    """Mail and SMS of a category; mandatory, unknown and malformed ones are refused."""
    answer = put(browser, f"{PREFERENCES}SHIFTS/", mail="DAILY", sms=True)
    assert answer.status_code == 200
    assert answer.json() | {"name": ""} == {
        "category": "SHIFTS", "name": "", "mail": "DAILY", "sms": True, "is_mandatory": False,
    }  # fmt: skip
    row = NoticePreference.objects.get()
    assert (row.user, row.mail, row.sms) == (asha.user, Mail.DAILY, True)
    refused = put(browser, f"{PREFERENCES}SECURITY/", mail="OFF", sms=False)
    assert (refused.status_code, refused.json()["code"]) == (409, "mandatory_category")
    assert put(browser, f"{PREFERENCES}NEWS/", mail="OFF").status_code == 404
    assert put(browser, f"{PREFERENCES}WORK/", mail="HOURLY").status_code == 422
    assert put(browser, f"{PREFERENCES}WORK/", mail=["OFF"]).status_code == 422
    assert NoticePreference.objects.count() == 1


def test_choose_times_over_the_api(asha, browser):
    """Quiet hours and the hour of the summary; what is no time is refused."""
    times = {
        "has_quiet_hours": True, "quiet_from": "22:30", "quiet_until": "07:00", "digest_hour": 8,
    }  # fmt: skip
    saved = put(browser, PREFERENCES, **times).json()
    assert saved | {"categories": []} == times | {
        "quiet_from": "22:30:00", "quiet_until": "07:00:00", "categories": [],
    }  # fmt: skip
    assert [row["category"] for row in saved["categories"] if row["is_mandatory"]] == [
        "SECURITY", "LEGAL",
    ]  # fmt: skip
    for wrong in ({"quiet_from": "25:00"}, {"digest_hour": 24}, {"digest_hour": -1},
                  {"quiet_until": ""}, {"quiet_until": ["07:00"]}):  # fmt: skip
        assert put(browser, PREFERENCES, **(times | wrong)).status_code == 422
    assert NoticeSettings.objects.get().digest_hour == 8


def test_the_page_saves_everything(asha, browser):
    """One form without JavaScript: a choice of mails and a switch for SMS in each category."""
    page = browser.get(PREFERENCES_PAGE).content.decode()
    assert 'role="switch"' in page
    assert "mail_SECURITY" not in page
    assert "sms_ONBOARDING" not in page  # no SMS text is registered for it
    sent = {f"mail_{row.category}": row.mail for row in queries.choices_of(asha.user)}
    sent |= {"mail_SHIFTS": "OFF", "sms_SHIFTS": "on", "quiet_from": "20:00"}
    sent |= {"quiet_until": "08:00", "digest_hour": "7", "mail_SECURITY": "OFF"}
    assert browser.post(PREFERENCES_PAGE, sent).status_code == 302
    chosen = {row.category: (row.mail, row.sms) for row in queries.choices_of(asha.user)}
    assert chosen["SHIFTS"] == ("OFF", True)
    assert chosen["SECURITY"][0] == "EACH"
    times = NoticeSettings.objects.get()
    assert (times.has_quiet_hours, times.digest_hour, times.quiet_hours) == (False, 7, None)
    assert NoticePreference.objects.get(category="WORK").sms is None


def test_the_page_shows_what_is_wrong(asha, browser):
    """Nothing is saved of a form with an error, and what was typed stays."""
    answer = browser.post(PREFERENCES_PAGE, {"quiet_from": "late", "mail_WORK": "OFF"})
    assert answer.status_code == 200
    assert "Check these details" in answer.content.decode()
    assert 'value="late"' in answer.content.decode()
    assert not NoticePreference.objects.exists()


def test_the_admin_lists_without_the_words(asha):
    """Support sees that somebody was told, not what was said; nothing can be changed."""
    notice = tell(asha)
    support = sign_in(Client(), make_staff("Meera", "support"))
    page = support.get("/admin/accounts/notice/").content.decode()
    assert "gigs/gig_resumed" in page
    detail = support.get(f"/admin/accounts/notice/{notice.pk}/change/")
    assert detail.status_code == 200
    assert notice.text not in detail.content.decode()
    finance = sign_in(Client(), make_staff("Faiz", "finance"))
    assert finance.get("/admin/accounts/notice/").status_code == 403
