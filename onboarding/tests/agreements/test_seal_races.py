"""Concurrent workers sealing the same PDFs."""

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
def test_eight_workers_seal_and_mail_once() -> None:
    """One worker leases each PDF; two PDFs finished at the same time send one mail."""
    signed_agent()
    ids = list(SignedPaper.objects.values_list("pk", flat=True)) * 4

    def seal(pk: Any) -> bool:
        try:
            return sealing.seal_pdf(paper_id=str(pk), at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(seal, ids)) == 2
    assert OutboxMessage.objects.filter(template="onboarding/agreements_signed").count() == 1
    assert StoredFile.objects.filter(purpose=sealing.PURPOSE).count() == 2
