"""Evidence packs: the facts with digests; a later change of a row or a pack shows."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON
from gigs.disputes import evidence, files
from gigs.disputes import services as dispute_services
from gigs.disputes.subjects import Side
from gigs.models import Dispute, DisputeMessage, EvidencePack, Work, WorkSession
from gigs.tests.disputes.cases import HOUR, dispute_of, negotiated, rejected
from gigs.tests.support.marketplace import hire, make_slot, owner_of, seat, work_hours
from hitouch.core.india_time import INDIA

BOTH = pytest.mark.parametrize("api", [False, True], ids=["page", "api"])


@pytest.fixture
def dispute(asha: Any, fixed: Any) -> Dispute:
    """About rejected work, with an answer and a file."""
    made = negotiated(rejected(asha, fixed), asked_paise=100_00)
    files.add_file(
        dispute=made, author=Side.AGENT, by=asha.user, at=NOON, note="",
        upload=SimpleUploadedFile("calls.txt", b"call 7"),
    )  # fmt: skip
    return made


def items_of(pack: EvidencePack) -> dict[str, Any]:
    return {each["item"].split("/")[0]: each["content"] for each in pack.items}


def test_a_pack_has_the_facts_and_can_be_checked_elsewhere(dispute: Dispute):
    """Anybody computes its digests with SHA-256 and JSON, as the file itself says."""
    pack = evidence.current_pack(dispute, at=NOON)
    found = items_of(pack)
    assert found["work"]["state"] == "REJECTED"
    assert found["review"]["comment"] == "Wrong calls"
    assert found["message"]["text"] == "No."
    assert found["file"]["sha256"] == hashlib.sha256(b"call 7").hexdigest()
    assert found["terms"]["rate_paise"] == 5_000_00
    data = json.loads(evidence.as_json(pack))
    digests = []
    for each in data["items"]:
        text = json.dumps([each["content"]], sort_keys=True, separators=(",", ":"))
        digests.append(hashlib.sha256(text.encode()).hexdigest())
        assert digests[-1] == each["sha256"]
    whole = json.dumps(digests, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(whole.encode()).hexdigest() == data["manifest_sha256"]


def test_packs_are_made_at_each_step_and_chained(dispute: Dispute, asha: Any):
    """At the opening, when staff decide, and at the end; the same facts make no new pack."""
    assert dispute.packs.count() == 1
    facts = {"side": Side.AGENT, "by": asha.user, "at": NOON}
    dispute_services.escalate(dispute=dispute, reason="No agreement", **facts)
    first, second = dispute.packs.order_by("number")
    assert second.previous_hash == first.hash
    assert evidence.current_pack(dispute, at=NOON + HOUR) == second
    dispute_services.withdraw(dispute=dispute, reason="Cleared up", **facts)
    assert all(evidence.verify(pack).is_intact for pack in dispute.packs.all())


def test_the_zone_of_a_time_is_not_a_change(asha: Any, fixed: Any):
    """The same moment given in India's zone fits the rows, which are read back in UTC."""
    made = dispute_of(rejected(asha, fixed), at=NOON.astimezone(INDIA))
    assert evidence.verify(made.packs.get()).is_intact


def test_time_log_of_a_shift(asha: Any, opportunity: Any):
    """Each session, and what moved on later is told apart from what was tampered with."""
    hire(asha, opportunity)
    claim = seat(asha, make_slot(opportunity))
    work_hours(claim, HOUR)
    dispute = dispute_of(claim, at=claim.slot.ends_at)
    pack = dispute.packs.get()
    assert items_of(pack)["session"]["ended_by"] == "AGENT"
    with pgtrigger.ignore():
        WorkSession.objects.update(ended_at=claim.slot.starts_at + 2 * HOUR)
    verdict = evidence.verify(pack)
    assert (verdict.is_intact, len(verdict.moved_on), verdict.tampered) == (True, 1, ())


@pytest.mark.parametrize("what", ["message", "item", "manifest", "chain", "removed"])
def test_tampering_is_seen(what: str, dispute: Dispute):
    """By SQL past the triggers: in a row, in the pack, in its digest or chain, or one removed."""
    pack = evidence.current_pack(dispute, at=NOON)
    with pgtrigger.ignore():
        if what == "message":
            DisputeMessage.objects.filter(dispute=dispute).update(text="Yes.")
        elif what == "removed":
            DisputeMessage.objects.filter(dispute=dispute).delete()
        else:
            changed = EvidencePack.objects.get(pk=pack.pk)
            if what == "item":
                changed.items[0]["content"]["statement"] = "Other words"
            elif what == "manifest":
                changed.manifest = "0" * 64
            else:
                changed.hash = "1" * 64
            changed.save()
    assert not evidence.verify(EvidencePack.objects.get(pk=pack.pk)).is_intact


def test_a_pack_made_anew_does_not_fit_the_chain(dispute: Dispute):
    """Who can only write to the database does not have the key of the chain."""
    pack = evidence.current_pack(dispute, at=NOON)
    with pgtrigger.ignore():
        pack.items[0]["content"]["statement"] = "Other words"
        pack.items[0]["sha256"] = evidence._digest(pack.items[0]["content"])
        pack.manifest = evidence._manifest(pack.items)
        pack.save()
    assert not evidence.verify(EvidencePack.objects.get(pk=pack.pk)).is_intact


def test_contacts_are_covered(asha: Any, fixed: Any):
    """What somebody typed has no phone number or address in the pack; amounts and times stay."""
    said = "Call +91 98765 43210 or me@example.org: 12:30, ₹1,23,456.78, order 12345."
    pack = dispute_of(rejected(asha, fixed), statement=said).packs.get()
    text = items_of(pack)["dispute"]["statement"]
    assert text == "Call [covered] or [covered]: 12:30, ₹1,23,456.78, order 12345."
    whole = json.dumps(pack.items)
    user = asha.user
    assert not [word for word in (user.email, user.phone, asha.name) if word and word in whole]


def test_sealed_ratings_and_amounts_are_left_out(dispute: Dispute, asha: Any):
    """They are for their authors only."""
    from gigs.disputes import bids

    bids.place_bid(dispute=dispute, side=Side.AGENT, amount_paise=77_77, by=asha.user, at=NOON)
    whole = json.dumps(evidence.current_pack(dispute, at=NOON).items)
    assert "7777" not in whole


@BOTH
def test_both_sides_download_and_strangers_do_not(
    api: bool, dispute: Dispute, asha: Any, browser: Any, outsiders: Any, viewer: Any
):
    """JSON, and a ZIP with the files; each access is recorded."""
    for person, prefix in ((asha, ""), (owner_of(dispute.client), "client-"), (viewer, "client-")):
        names = (
            (f"api:gigs:{prefix}dispute-evidence", f"api:gigs:{prefix}dispute-archive")
            if api
            else (f"gigs:{prefix}dispute-evidence-json", f"gigs:{prefix}dispute-evidence-zip")
        )
        signed_in = browser(person)
        as_json, as_zip = (signed_in.get(reverse(name, args=[dispute.pk])) for name in names)
        assert json.loads(as_json.content)["dispute"] == str(dispute.pk)
        assert as_json["Cache-Control"] == "private, no-store"
        inside = zipfile.ZipFile(io.BytesIO(as_zip.content))
        file = next(name for name in inside.namelist() if name.endswith("calls.txt"))
        assert inside.read(file) == b"call 7"
        for name, stranger in outsiders.items():
            for page in names:
                answer = stranger.get(reverse(page, args=[dispute.pk]))
                assert answer.status_code in (302, 401, 403, 404), name
    opened = AuditEvent.objects.filter(action="dispute.evidence_opened", on_id=str(dispute.pk))
    assert opened.count() == 6


def test_the_check_over_the_api(dispute: Dispute, asha: Any, browser: Any):
    """Each pack with what does not fit."""
    url = reverse("api:gigs:dispute-evidence-check", args=[dispute.pk])
    assert [row["is_intact"] for row in browser(asha).get(url).json()] == [True]
    with pgtrigger.ignore():
        Dispute.objects.update(statement="Other words")
        Work.objects.update(summary="Other work")
    row = browser(asha).get(url).json()[0]
    assert row["is_intact"] is False
    assert row["tampered"] == [f"dispute/{dispute.pk}"]
    page = browser(asha).get(reverse("gigs:dispute", args=[dispute.pk]))
    assert "A record has been changed" in page.text
