"""Every text that the code sends is a notice of a category, or is listed as none."""

import ast
from collections.abc import Iterator

import pytest
from django.urls import reverse

from accounts.models import NoticeCategory
from accounts.models.notices import MANDATORY_CATEGORIES
from accounts.notices import kinds
from tests.support.source_files import ROOT, product_files, tree_of

#: Modules that may put a message into the outbox past the notices, and what they send.
SENDERS = {
    "accounts/notices/digests.py": {"accounts/digest"},
    "accounts/notices/services.py": set(),
    "accounts/one_time_codes/services.py": {"accounts/code", "accounts/account_exists"},
    "gigs/notifications.py": {"gigs/member_invited"},
    "gigs/opportunities/saved_searches.py": {"gigs/new_work"},
    "hitouch/core/monitoring/alarms.py": {"core/alarm"},
    "hitouch/core/outbox/delivery.py": {"core/sms_money"},
    "hitouch/core/outbox/services.py": set(),
    "onboarding/kyc/review/services.py": {"onboarding/documents_overdue"},
}
#: Kinds whose names are put together from a state.
BUILT = {
    "accounts/account_active", "accounts/account_suspended", "onboarding/bank_account_failed",
    "onboarding/bank_account_look", "onboarding/bank_account_passed",
}  # fmt: skip
QUEUING = {"queue_mail", "queue_sms", "queue_message", "queue_rendered_mail"}
TEXTS = {
    f"{path.parent.parent.name}/{path.stem}" for path in ROOT.glob("templates/*/messages/*.txt")
}


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in product_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(ROOT)), node


def test_every_text_is_a_notice_or_says_why_not():
    """A new text needs a category, so that people can choose how they get it."""
    notices, others = set(kinds.notice_kinds()), kinds.no_notices()
    assert notices.isdisjoint(others)
    assert notices | set(others) == TEXTS
    assert all(why.endswith(".") for why in others.values())


def test_messages_are_queued_by_the_notices_only():
    """Another module that queues mail would pass over preferences, quiet hours and the page."""
    senders = {path for path, call in calls() if called(call) in QUEUING}
    assert senders == set(SENDERS)


def test_what_is_sent_past_the_notices_is_listed_as_none():
    """Codes, alarms and summaries are no notices; everything else is one."""
    assert set().union(*SENDERS.values()) == set(kinds.no_notices())


def test_every_kind_is_sent_somewhere():
    """A kind that nobody sends is a leftover."""
    code = "\n".join(
        path.read_text()
        for path in product_files()
        if "notice" in path.read_text().lower() or "notif" in path.read_text().lower()
    )
    unsent = {
        name
        for name in kinds.notice_kinds()
        if f'"{name}"' not in code and f'"{name.partition("/")[2]}"' not in code
    }
    assert unsent == BUILT


@pytest.mark.parametrize("kind", kinds.notice_kinds().values(), ids=lambda kind: kind.name)
def test_the_page_of_a_kind_exists(kind):
    """The notice leads to a page; only people without an account have none."""
    if kind.name in ("accounts/account_closed", "accounts/account_suspended"):
        assert kind.page == ""
    else:
        assert reverse(kind.page).startswith("/")


def test_each_category_has_a_kind():
    """People are not asked about categories that nothing is sent for."""
    assert {kind.category for kind in kinds.notice_kinds().values()} == set(NoticeCategory)


def test_security_is_urgent():
    """What is about security never waits for the end of quiet hours."""
    security = [
        kind for kind in kinds.notice_kinds().values() if kind.category == NoticeCategory.SECURITY
    ]
    assert security
    assert all(kind.is_urgent and kind.is_mandatory for kind in security)
    assert NoticeCategory.LEGAL in MANDATORY_CATEGORIES
