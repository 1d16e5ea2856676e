"""The nightly retention job: what it deletes, when, and the proofs it writes."""

import os
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import Agent, RetentionProof
from accounts.security import retention_proofs
from accounts.security.retention_proofs import first_broken_proof
from accounts.staff import services as staff
from conftest import NOON, make_agent, make_staff, sign_in
from hitouch import work_queues
from hitouch.core.data_protection.privacy import without_immutability_triggers
from hitouch.core.files import storage
from hitouch.core.models import PostponedRow, StoredFile
from hitouch.privacy import retention_rules, retention_runner
from onboarding.agreements import publishing, seeding, signing
from onboarding.demo import agents
from onboarding.kyc import services as kyc
from onboarding.kyc.review import services as review
from onboarding.models import KycCase, KycDocument
from onboarding.profile import drafts
from onboarding.tests import factories
from onboarding.tests.support import review_desk, signed_documents
from proctoring.item_bank import seeding as proctoring_seeding
from proctoring.models import Assessment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KINDS = ("replaced", "abandoned")


@pytest.fixture
def sent(nila: Agent) -> KycCase:
    """A case with documents submitted for review."""
    return factories.send_documents(factories.with_profile(nila))


def age(days: float) -> None:
    """Make every file and document this many days older."""
    back = timedelta(days=days)
    for model, columns in {
        StoredFile: ["created_at"],
        KycDocument: ["created_at", "updated_at", "replaced_at"],
        KycCase: ["updated_at"],
    }.items():
        for row in model._base_manager.all():
            moved = {name: getattr(row, name) for name in columns if getattr(row, name)}
            model._base_manager.filter(pk=row.pk).update(
                **{name: at - back for name, at in moved.items()}
            )
    for path in stored_files():
        old = min(path.stat().st_mtime, NOON.timestamp()) - back.total_seconds()
        os.utime(path, (old, old))


def stored_files() -> list[Path]:
    """Everything in the private store."""
    return [path for path in Path(settings.HITOUCH_PRIVATE_FILES).rglob("*") if path.is_file()]


def run_retention(**options: Any) -> retention_runner.Outcome:
    outcome = retention_runner.apply(now=NOON, **options)
    assert outcome.broken == []
    return outcome


def test_the_file_and_the_code_name_the_same_rules() -> None:
    """Every nightly rule of retention.yaml has code, and all such code has a rule."""
    nightly = {name for name, rule in retention_rules.retention_rules().items() if not rule.sweep}
    assert {expiry.rule for expiry in retention_runner.EXPIRIES} == nightly
    for rule in retention_rules.retention_rules().values():
        assert rule.period > timedelta(0)
        assert all((rule.says, rule.since, rule.why))


@pytest.mark.parametrize(
    "rule", [r for r in retention_rules.retention_rules().values() if r.sweep], ids=str
)
def test_sweeps_use_the_periods_of_the_file(rule: retention_rules.RetentionRule) -> None:
    """What another job deletes has the period that retention.yaml states."""
    module, _, name = rule.sweep.rpartition(".")
    if module == "proctoring.models.Assessment":
        assert timedelta(days=Assessment._meta.get_field(name).default) == rule.period
    else:
        last = module.rpartition(".")[2]
        place = import_string(module) if last[0].isupper() else __import__(module, fromlist=[name])
        assert getattr(place, name) == rule.period


def test_replaced_picture_is_deleted_after_its_period(sent: KycCase, reviewer: Any) -> None:
    """Ninety days after the newer one, row and file; the newer one stays."""
    send_back(sent, reviewer)
    replace_pan(sent.agent)
    kyc.submit_documents(agent=fresh(sent.agent), by=sent.agent.user, at=NOON)
    approve(KycCase.objects.get(pk=sent.pk), make_staff("Gopal", "reviewer"))
    age(89)
    assert run_retention().ended["onboarding.replaced_documents"] == 0
    age(2)
    before = len(stored_files())
    assert run_retention().ended["onboarding.replaced_documents"] == 1
    assert sent.documents.current().count() == sent.documents.count() == 3
    assert before - len(stored_files()) == 1


def test_nothing_is_deleted_while_a_reviewer_has_the_case(sent: KycCase, reviewer: Any) -> None:
    """Older pictures are part of what is being decided."""
    send_back(sent, reviewer)
    replace_pan(sent.agent)
    kyc.submit_documents(agent=fresh(sent.agent), by=sent.agent.user, at=NOON)
    age(500)
    assert run_retention().ended["onboarding.replaced_documents"] == 0
    assert sent.documents.count() == 4


def test_documents_that_came_back_go_when_nobody_returns(sent: KycCase, reviewer: Any) -> None:
    """The agent can send new ones afterwards, as on the first day."""
    send_back(sent, reviewer)
    age(91)
    assert run_retention().ended["onboarding.abandoned_documents"] == 3
    assert sent.documents.count() == 0
    factories.send_documents(fresh(sent.agent))
    assert KycCase.objects.get(pk=sent.pk).state == KycCase.State.IN_REVIEW


def test_of_an_approved_pan_four_digits_stay(sent: KycCase, reviewer: Any) -> None:
    """Documents that ran out: the books need whose PAN it was, and no second account gets it."""
    approve(sent, reviewer)
    compared = sent.documents.get(kind=KycDocument.Kind.PAN)
    sent.checks.create(document=compared, kind="NAME", verdict="PASS", words="-", checked_at=NOON)
    review.request_new_documents(
        case=KycCase.objects.get(pk=sent.pk), by=reviewer, at=NOON, why="Old"
    )
    age(91)
    run_retention()
    pan = sent.documents.get()
    assert (pan.kind, pan.file, pan.number) == (KycDocument.Kind.PAN, None, "")
    assert pan.last_four
    assert pan.number_index
    assert not pan.checks.exists()
    assert run_retention().ended["onboarding.abandoned_documents"] == 0


def test_signed_documents_go_like_pictures(nila: Agent, reviewer: Any) -> None:
    """Also without a picture, and once: what stays of a PAN is not ended again the next night."""
    told = factories.with_profile(nila)
    signed_documents.save_pan(told)
    signed_documents.save_pan(told)
    signed_documents.save_aadhaar(told, portrait=b"")
    case = signed_documents.submit(told)
    review.check_and_auto_approve(case=case, at=NOON)
    approve(case, reviewer)
    case.refresh_from_db()
    review.request_new_documents(case=case, by=reviewer, at=NOON, why="Old")
    age(91)
    ended = run_retention().ended
    assert ended["onboarding.replaced_documents"] == 1
    assert ended["onboarding.abandoned_documents"] == 2
    pan = case.documents.get()
    assert (pan.last_four, pan.number, pan.facts) == (agents.sample_pan(told)[-4:], "", {})
    age(91)
    assert sum(run_retention().ended[f"onboarding.{name}_documents"] for name in KINDS) == 0


def test_approved_documents_stay(sent: KycCase, reviewer: Any) -> None:
    """Approved documents are kept while the account is active."""
    approve(sent, reviewer)
    age(4000)
    assert sum(run_retention().ended.values()) == 0
    assert sent.documents.current().count() == 3


def test_unreferenced_files_are_deleted_after_a_day(nila: Agent) -> None:
    """Lost on the disk, half written, or pointed at by no row; all others are left alone."""
    factories.with_profile(nila)
    kept = stored_files()
    loose = storage.store_bytes(b"x", name="x", content_type="text/plain", purpose="test")
    lost = storage.store_bytes(b"y", name="y", content_type="text/plain", purpose="test")
    lost.delete()
    half = kept[0].with_name("0" * 32 + ".part")
    half.write_bytes(b"half")
    foreign = kept[0].with_name("README")
    foreign.write_text("ours to look at")
    assert sum(run_retention().ended.values()) == 0
    age(1.1)
    ended = run_retention().ended
    assert (ended["core.lost_files"], ended["core.loose_files"]) == (2, 1)
    assert set(stored_files()) == {*kept, foreign}
    assert not StoredFile.objects.filter(pk=loose.pk).exists()


def test_a_dry_run_changes_nothing(sent: KycCase, reviewer: Any) -> None:
    """A dry run prints what the next run will delete, and deletes nothing."""
    send_back(sent, reviewer)
    age(91)
    out = StringIO()
    call_command("apply_retention", "--dry-run", stdout=out)
    assert "onboarding.abandoned_documents: 3 older than 90 days" in out.getvalue()
    assert sent.documents.count() == 3
    assert not RetentionProof.objects.exists()
    call_command("apply_retention", stdout=out)
    assert "onboarding.abandoned_documents: 3 ended" in out.getvalue()


def test_unsaved_drafts_and_unsigned_readings_are_deleted(nila: Agent, agreements: Any) -> None:
    """Drafts that were not saved and texts that were not signed; a signed text stays signed."""
    drafts.save_draft(
        agent=nila, section="person", fields={"given_name": "Ni"}, revision=None, at=NOON - 91 * DAY
    )
    ravi = factories.clear_agent(
        agent=make_agent("Ravi"), reviewer=make_staff("Farah", "reviewer"), now=NOON - 91 * DAY
    )
    newer = publishing.publish_template(
        kind="NDA", version="9.0", title="Confidentiality agreement", text="NDA", by=None,
        at=NOON - 91 * DAY,
    )  # fmt: skip
    signing.open_agreement(agent=ravi, template=newer, at=NOON - 91 * DAY)
    wanted = {"onboarding.drafts": 1, "onboarding.readings": 1}
    told = {row.rule: row.count for row in retention_runner.preview(now=NOON)}
    assert {rule: told[rule] for rule in wanted} == wanted
    ended = run_retention().ended
    assert {rule: ended[rule] for rule in wanted} == wanted
    assert not any(row.count for row in retention_runner.preview(now=NOON))
    draft = nila.profile_drafts.get()
    assert (draft.fields, draft.typed_at, draft.revision) == ({}, None, 2)
    assert ravi.signatures.count() == 2
    assert not ravi.readings.exists()


def test_each_batch_leaves_a_proof(sent: KycCase, reviewer: Any) -> None:
    """Rule, period, number and moments; nothing that leads to a person; twice is harmless."""
    send_back(sent, reviewer)
    age(91)
    run_retention(batch=2)
    proofs = list(RetentionProof.objects.order_by("number"))
    of_rule = [proof for proof in proofs if proof.rule == "onboarding.abandoned_documents"]
    assert [proof.ended for proof in of_rule] == [2, 1]
    assert of_rule[0].period == "90 days"
    assert of_rule[0].oldest_at <= of_rule[0].newest_at < NOON - 90 * DAY
    assert proofs[-1].rule == RetentionProof.NIGHT
    assert proofs[-1].ended == sum(proof.ended for proof in proofs[:-1])
    assert first_broken_proof() is None
    run_retention()
    assert list(RetentionProof.objects.order_by("number"))[len(proofs) :][-1].ended == 0


def test_one_row_that_cannot_be_ended_does_not_stop_the_others() -> None:
    """The others are deleted and proven; this one is tried again a little later."""
    for number in range(3):
        Session.objects.create(session_key=str(number), expire_date=NOON - DAY * (400 - number))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'this row is broken'; END $$; "
            "CREATE TRIGGER refuse BEFORE DELETE ON django_session FOR EACH ROW "
            "WHEN (OLD.session_key = '0') EXECUTE FUNCTION pg_temp.refuse()"
        )
        assert run_retention(batch=1).ended["accounts.ended_sessions"] == 2
        assert Session.objects.get().session_key == "0"
        assert PostponedRow.objects.get().failures == 1
        cursor.execute("DROP TRIGGER refuse ON django_session")
    retention_runner.apply(now=NOON + timedelta(minutes=1))
    assert not Session.objects.exists()
    assert not PostponedRow.objects.exists()
    assert first_broken_proof() is None


def test_proofs_cannot_be_changed() -> None:
    """The database refuses; who gets past it breaks the chain, and the command says where."""
    run_retention()
    run_retention()
    for act in (lambda rows: rows.update(ended=9), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            act(RetentionProof.objects.filter(number=1))
    with without_immutability_triggers(RetentionProof):
        RetentionProof.objects.filter(number=1).update(ended=9)
    assert first_broken_proof() == 1
    with pytest.raises(CommandError, match="Proof 1"):
        call_command("apply_retention")


def test_the_hash_of_a_proof_never_changes() -> None:
    """Chains in production were made with this digest and have to stay whole."""
    proof = RetentionProof(
        number=3, previous_hash="cd" * 32, rule="accounts.ended_sessions", period="30 days",
        at=NOON, ended=12, oldest_at=NOON - DAY, newest_at=None,
    )  # fmt: skip
    expected = "b2842ca3bb06f812fa98fc1144f4ab61a2df4c170b140c6df4d9d2a7a4ebc0a6"
    assert retention_proofs._digest(proof) == expected


def test_one_rule_that_fails_does_not_stop_the_others(
    sent: KycCase, reviewer: Any, monkeypatch: Any
) -> None:
    """The others are carried out, the command fails, and the proof of the night counts it."""
    send_back(sent, reviewer)
    age(91)
    first = retention_runner.EXPIRIES[0]
    monkeypatch.setattr(type(first), "end", failing(first, type(first).end))
    outcome = retention_runner.apply(now=NOON)
    assert outcome.broken == [first.rule]
    assert sent.documents.count() == 0
    newest = RetentionProof.objects.order_by("-number").first()
    assert (
        newest.period
        == f"{len(retention_runner.EXPIRIES) - 1} of {len(retention_runner.EXPIRIES)} rules"
    )
    with pytest.raises(CommandError, match=first.rule):
        call_command("apply_retention", stdout=StringIO())


def failing(which: Any, end: Callable[..., Any]) -> Callable[..., Any]:
    def maybe(self: Any, **facts: Any) -> Any:
        if self is which:
            raise OSError("the disk is gone")
        return end(self, **facts)

    return maybe


def test_a_long_run_continues_later(sent: KycCase, reviewer: Any) -> None:
    """A run that is out of time stops, and the next one does the rest."""
    send_back(sent, reviewer)
    age(91)
    turns = iter([True, True])
    outcome = run_retention(go_on=lambda: next(turns, False), batch=1)
    assert not outcome.finished
    assert not RetentionProof.objects.filter(rule=RetentionProof.NIGHT).exists()
    assert run_retention().finished
    assert sent.documents.count() == 0


def test_a_missed_run_is_shown_to_staff() -> None:
    """A missed run is in the work queues of the admin, where the proofs can be read."""
    omar = sign_in(Client(), make_staff("Omar", "admin"))
    run_retention()
    assert work_queues.all_work_queues(now=NOON + DAY) == []
    (queue,) = work_queues.all_work_queues(now=NOON + 3 * DAY)
    assert (queue.count, queue.oldest_at) == (3, NOON)
    staff.apply_roles()
    page = omar.get(queue.url)
    assert page.status_code == 200
    assert RetentionProof.NIGHT in page.content.decode()
    assert omar.get(reverse("admin:accounts_retentionproof_add")).status_code == 403


def test_number_of_queries_does_not_depend_on_the_number_of_people(
    django_assert_max_num_queries: Any,
) -> None:
    """With nothing over it is a handful of questions and one proof."""
    for name in ("Asha", "Ravi", "Tara"):
        make_agent(name)
    with django_assert_max_num_queries(6 * len(retention_runner.EXPIRIES)):
        run_retention()


@pytest.fixture
def agreements(db: None) -> None:
    seeding.seed(NOON - 92 * DAY)
    proctoring_seeding.seed(NOON - 92 * DAY)


@pytest.fixture
def reviewer(db: None) -> Any:
    return make_staff("Farah", "reviewer")


def fresh(agent: Agent) -> Agent:
    return Agent.objects.select_related("user").get(pk=agent.pk)


def send_back(case: KycCase, reviewer: Any) -> None:
    review.claim_case(case=case, by=reviewer, at=NOON)
    review.reject_case(case=case, by=reviewer, at=NOON, reason="UNREADABLE", note="Again.")


def approve(case: KycCase, reviewer: Any) -> None:
    review.claim_case(case=case, by=reviewer, at=NOON)
    review_desk.approve(case, reviewer)


def replace_pan(agent: Agent) -> None:
    factories.put_document(fresh(agent), "PAN")
