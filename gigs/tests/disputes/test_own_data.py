"""Data protection of disputes: what blocks closing, what is exported, what is erased."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import NOON
from gigs import privacy
from gigs.disputes import evidence, files
from gigs.disputes import services as dispute_services
from gigs.disputes.subjects import Side
from gigs.models import Dispute
from gigs.tests.disputes.cases import negotiated, rejected
from gigs.tests.support.marketplace import owner_of
from hitouch.core.models import StoredFile


def test_a_live_dispute_blocks_closing_and_is_exported(asha: Any, fixed: Any):
    """With the agent's words, the client's answers and the agent's files."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=100_00)
    files.add_file(
        dispute=dispute, author=Side.AGENT, by=asha.user, at=NOON, note="",
        upload=SimpleUploadedFile("calls.txt", b"call 7"),
    )  # fmt: skip
    assert "dispute_open" in [hold.code for hold in privacy.holds(asha.user, now=NOON)]
    exported = privacy.export(asha.user)["disputes"]
    assert [row["statement"] for row in exported] == ["The calls were right."]
    assert [message["text"] for message in exported[0]["messages"]] == ["No."]
    assert any(own.place.endswith("calls.txt") for own in privacy.files(asha.user))


def test_erasure_leaves_moves_and_amounts(asha: Any, fixed: Any):
    """The agent's words and files go, also out of the evidence; the client's words stay."""
    dispute = negotiated(rejected(asha, fixed), asked_paise=100_00)
    facts = {"dispute": dispute, "by": asha.user, "at": NOON}
    dispute_services.add_message(**facts, author=Side.AGENT, text="My secret reason")
    files.add_file(
        **facts, author=Side.AGENT, note="", upload=SimpleUploadedFile("calls.txt", b"call 7")
    )
    evidence.current_pack(dispute, at=NOON)
    dispute_services.withdraw(**facts, side=Side.AGENT, reason="My other secret")
    stored = dispute.files.get().file_id
    privacy.erase(asha.user, at=NOON)
    dispute = Dispute.objects.get(pk=dispute.pk)
    assert (dispute.statement, dispute.asked_paise, dispute.state) == ("", 100_00, "WITHDRAWN")
    assert [message.text for message in dispute.messages.order_by("number")] == ["No.", ""]
    assert dispute.messages.order_by("number")[0].by == owner_of(fixed.client)
    assert not StoredFile.objects.filter(pk=stored).exists()
    left = json.dumps([pack.items for pack in dispute.packs.all()])
    left += " ".join(event.why for event in dispute.events.all())
    assert "secret" not in left
    assert dispute.packs.count() >= 2
