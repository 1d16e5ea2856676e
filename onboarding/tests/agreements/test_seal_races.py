"""Many workers at the same papers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from conftest import NOON
from hitouch.core.models import OutboxMessage, StoredFile
from onboarding.agreements import sealing
from onboarding.models import SignedPaper
from onboarding.tests.factories import signed_agent


@pytest.mark.django_db(transaction=True)
def test_eight_workers_make_and_mail_once() -> None:
    """Taking a paper has one winner; two papers finished at once send one mail."""
    signed_agent()
    ids = list(SignedPaper.objects.values_list("pk", flat=True)) * 4

    def make(pk: Any) -> bool:
        try:
            return sealing.seal_pdf(paper_id=str(pk), at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(make, ids)) == 2
    assert OutboxMessage.objects.filter(template="onboarding/agreements_signed").count() == 1
    assert StoredFile.objects.filter(purpose=sealing.PURPOSE).count() == 2
