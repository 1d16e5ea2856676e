"""Stopping mails by their link, as RFC 8058 asks: one POST, no log-in, one category."""

from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.core import mail as django_mail
from django.core import signing
from django.test import Client

from accounts.models import Notice, NoticeCategory, NoticePreference, User
from accounts.notices import preferences, queries, unsubscribe_links
from accounts.notices.queries import Mail
from accounts.tests.notices.conftest import NIGHT, tell
from conftest import NOON
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import delivery

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def sent(asha, settings) -> django_mail.EmailMessage:
    """The mail about a gig as the server sends it."""
    settings.HITOUCH_SENDERS = {"MAIL": "smtp", "SMS": "outbox"}
    tell(asha)
    assert delivery.deliver(message_id=OutboxMessage.objects.get().pk, now=NOON)
    return django_mail.outbox[0]


def path_of(sent) -> str:
    url = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert url.startswith(site_settings.BASE_URL)
    return urlsplit(url).path


def mail_choice(user, category="WORK") -> str:
    return queries.choice_of(user, NoticeCategory(category)).mail


def test_mail_has_the_headers(sent):
    """Both headers of the standard, on one line each, and the same link in the text."""
    parsed = message_from_bytes(sent.message().as_bytes())
    assert parsed["List-Unsubscribe-Post"] == ONE_CLICK
    link = parsed["List-Unsubscribe"].replace("\n", "").replace(" ", "")
    assert link.startswith("<http")
    assert link.endswith(">")
    assert link.strip("<>") in sent.body
    assert OutboxMessage.objects.get().unsubscribe_url == ""  # goes with the text


def test_mail_that_is_always_sent_has_none(asha, settings):
    """Nobody can stop mails about security."""
    settings.HITOUCH_SENDERS = {"MAIL": "smtp", "SMS": "outbox"}
    tell(asha, kind="accounts/security", text="accounts/security_password_changed")
    delivery.deliver(message_id=OutboxMessage.objects.get().pk, now=NOON)
    assert "List-Unsubscribe" not in django_mail.outbox[0].extra_headers


def test_one_post_stops_the_category_only(asha, sent):
    """A mail program posts without cookie, CSRF token or log-in; again changes nothing."""
    browser = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = browser.post(path_of(sent), ONE_CLICK, content_type=FORM)
        assert answer.status_code == 200
    assert mail_choice(asha.user) == Mail.OFF
    assert mail_choice(asha.user, "SHIFTS") == Mail.EACH
    OutboxMessage.objects.all().delete()
    tell(asha)
    assert not OutboxMessage.objects.exists()
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_fetching_the_link_changes_nothing(asha, sent, method):
    """Scanners of mail servers fetch every link; only POST stops anything."""
    getattr(Client(), method)(path_of(sent))
    assert mail_choice(asha.user) == Mail.EACH
    page = Client().get(path_of(sent)).content.decode()
    assert "Stop these mails" in page
    assert "asha" not in page.lower()


def test_a_click_by_a_person_works_without_javascript(asha, sent):
    """The page of the link has a form that posts to itself."""
    page = Client().get(path_of(sent)).content.decode()
    assert '<form method="post">' in page
    assert "The mails are stopped" in Client().post(path_of(sent)).content.decode()


def test_another_text_is_no_token(asha, sent):
    """A changed, foreign or empty token is not found, and nothing changes."""
    token = path_of(sent).split("/")[2]
    foreign = signing.dumps([str(asha.user_id), ["WORK"]], salt="gigs.saved_search")
    for wrong in (token[:-1], token[1:], f"x{token}", foreign, "a:b:c", "x" * 2000):
        assert Client().post(f"/stop-mails/{wrong}/").status_code == 404
    assert mail_choice(asha.user) == Mail.EACH


def test_a_token_never_touches_security(asha):
    """A token of ours for a mandatory category leaves it as it is."""
    url = unsubscribe_links.url_for(asha.user_id, list(NoticeCategory))
    assert Client().post(urlsplit(url).path).status_code == 200
    categories = set(NoticePreference.objects.values_list("category", flat=True))
    assert categories.isdisjoint({"SECURITY", "LEGAL"})
    assert len(categories) == len(NoticeCategory) - 2


def test_an_old_link_still_works(asha, sent, monkeypatch):
    """A mail of last year can still be stopped; of a closed account there is nothing to stop."""
    monkeypatch.setattr("time.time", lambda: (NOON + timedelta(days=400)).timestamp())
    assert unsubscribe_links.read_token(path_of(sent).split("/")[2])
    User.objects.filter(pk=asha.user_id).update(status=User.Status.CLOSED)
    assert Client().post(path_of(sent)).status_code == 404


def test_sms_stay_as_they_are(asha, sent):
    """Stopping mails neither starts nor stops text messages."""
    preferences.save_choice(
        user=asha.user, category=NoticeCategory.WORK, mail=Mail.EACH, sms=True, at=NOON
    )
    Client().post(path_of(sent))
    choice = queries.choice_of(asha.user, NoticeCategory.WORK)
    assert (choice.mail, choice.sms) == (Mail.OFF, True)


def test_a_mail_that_waits_is_stopped_too(asha, sent):
    """Stopped at night, the mail that waits for the morning does not come."""
    tell(asha, at=NIGHT)
    Client().post(path_of(sent))
    assert not OutboxMessage.objects.waiting().exists()
