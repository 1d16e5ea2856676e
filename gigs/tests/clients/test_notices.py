"""Members of a client are told about its gigs as agents are about theirs."""

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Notice, NoticeCategory
from accounts.notices import preferences
from accounts.notices.queries import Mail
from conftest import NOON, sign_in
from gigs import notifications
from gigs.models import Member
from gigs.tests.support import marketplace
from hitouch.core.models import OutboxMessage


@pytest.fixture
def gig(db) -> Any:
    """A gig of a client with an owner and a viewer."""
    client = marketplace.make_client("Orchid Retail")
    marketplace.make_member("Viewer", client, Member.Role.VIEWER)
    marketplace.make_member("Orchid", client)
    return marketplace.hire(marketplace.cleared("Asha"), marketplace.make_opportunity(client))


def test_managers_are_told_and_choose(gig):
    """A notice for who may act, on the page and by mail; mails of a category can be turned off."""
    owner = Member.objects.get(client=gig.client, role=Member.Role.OWNER).user
    notifications._notify_managers(
        gig, "gigs/rework_not_sent", NOON, title=gig.title, client=gig.client
    )
    notice = Notice.objects.get(kind="gigs/rework_not_sent")
    assert (notice.user, notice.path) == (owner, "/client/works/")
    assert OutboxMessage.objects.filter(source=notice.pk).count() == 1
    browser = sign_in(Browser(), owner)
    assert notice.title in browser.get("/account/notices/").content.decode()
    preferences.save_choice(
        user=owner, category=NoticeCategory.WORK, mail=Mail.OFF, sms=False, at=NOON
    )
    notifications._notify_managers(
        gig, "gigs/rework_not_sent", NOON, title=gig.title, client=gig.client
    )
    assert Notice.objects.filter(kind="gigs/rework_not_sent").count() == 2
    mails = OutboxMessage.objects.filter(template="gigs/rework_not_sent")
    assert not mails.waiting().exists()
