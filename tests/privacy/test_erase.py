"""Erasure: what remains of a closed account, and what is deleted."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client as Browser

from accounts.models import AuditEvent, Closing, Consent, User
from accounts.privacy import services as privacy
from accounts.security import audit
from conftest import NOON, PASSWORD
from hitouch.core.models import OutboxMessage
from hitouch.core.outbox import services as outbox
from hitouch.privacy import data_subject, retention_rules
from payments.integrity import invariants
from tests.privacy.conftest import BORN, FAMILY, GIVEN, SECRETS, Scene

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=8)


def close(scene: Scene) -> Closing:
    """Request a closing and run the sweep after the due day."""
    closing = privacy.request_closing(user=scene.user, at=NOON)
    assert privacy.close_due(now=LATER) == 1
    closing.refresh_from_db()
    return closing


def all_rows() -> dict[str, str]:
    """Every value of every table as text, by table and column; sealed values stay sealed."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608
            found[table] = "\n".join(row[0] for row in cursor.fetchall())
    return found


def where(text: str) -> set[str]:
    """The tables that contain a text."""
    return {table for table, rows in all_rows().items() if text.lower() in rows.lower()}


def models_linked_to_users() -> set[str]:
    """All models with a direct or indirect foreign key to a user."""
    leads = {User}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in leads
            and any(
                field.is_relation and field.concrete and field.related_model in leads
                for field in model._meta.get_fields()
                if not field.many_to_many
            )
        }
        if not more:
            break
        leads |= more
    return {model._meta.label for model in leads}


def test_every_model_of_a_person_is_erased_or_kept_with_a_reason() -> None:
    """Each model linked to a user is handled by an eraser or listed in retention.yaml."""
    erased = frozenset().union(*(app.ERASED for app in data_subject.APPS))
    named = erased | retention_rules.kept_after_closing().keys() | retention_rules.about_nobody()
    assert models_linked_to_users() - named == set()
    assert named - {model._meta.label for model in apps.get_models(include_auto_created=True)} == (
        set()
    )


def test_every_model_of_onboarding_has_a_retention_rule_or_reason() -> None:
    """Each model has a rule in retention.yaml, or an entry under `lives` with a reason."""
    ended = {row for rule in retention_rules.retention_rules().values() for row in rule.rows}
    about = {label for label in models_linked_to_users() if label.startswith("onboarding.")}
    assert about == ended | retention_rules.kept_while_active().keys()
    assert all(retention_rules.kept_while_active().values())


def test_every_reason_has_a_source_and_a_period() -> None:
    """Every reason for keeping rows has a legal source, a start and a period."""
    for reason in retention_rules.reasons().values():
        assert reason.source
        assert reason.since
        assert 0 < reason.years <= 8


def test_only_legally_required_data_remains(scene: Scene) -> None:
    """Contacts, birth date and free text are in no table; the name only in payment records."""
    user = scene.user
    contacts = (user.email, user.phone, user.phone.removeprefix("+91"))
    assert all(where(text) for text in (*contacts, GIVEN, FAMILY, *SECRETS[:4]))
    close(scene)
    OutboxMessage.objects.all().delete()  # the last notification, which its own sweep deletes
    for text in (*contacts, BORN.isoformat(), *SECRETS, "501004321987", "103.21"):
        assert where(text) == set(), text
    legal = {"onboarding_signature", "onboarding_bankaccount", "payments_payout"}
    assert where(FAMILY) <= legal
    assert where(GIVEN) <= legal


def test_encrypted_values_are_deleted(scene: Scene) -> None:
    """Birth date, addresses, PAN and account number are emptied, not only made unreadable."""
    close(scene)
    agent = type(scene.agent).objects.get(pk=scene.agent.pk)
    assert agent.name == "Closed account"
    assert (agent.birth_on, agent.current_address, agent.photo) == ("", {}, None)
    assert agent.bank_accounts.get().account_number == ""
    assert agent.bank_accounts.get().last_four == "1987"
    pan = agent.kyc_case.documents.get()
    assert (pan.kind, pan.number, pan.number_index, pan.file) == ("PAN", "", "", None)
    assert pan.last_four


def test_files_are_deleted_except_paid_work(scene: Scene) -> None:
    """Photo, documents and assessment pictures are deleted; paid deliverables are kept."""
    root = Path(settings.HITOUCH_PRIVATE_FILES)
    assert sum(path.is_file() for path in root.rglob("*")) >= 6
    close(scene)
    assert sum(path.is_file() for path in root.rglob("*")) == 1


def test_ledger_and_signatures_stay_valid(scene: Scene) -> None:
    """The ledger balances, and both signatures and the audit chain verify."""
    audit.chain_events(at=NOON)
    close(scene)
    while audit.chain_events(at=NOON):
        pass
    assert audit.first_break() is None
    assert scene.agent.signatures.count() == 2
    assert scene.agent.payments.get().payouts.get().holder_name == f"{GIVEN} {FAMILY}"
    assert invariants.check_money() == []
    acts = AuditEvent.objects.filter(on_id=str(scene.user.pk), action__startswith="account.")
    told = list(acts.order_by("id").values_list("action", flat=True))
    assert told[-3:] == ["account.closing_asked", "account.closed", "account.erased"]


def test_no_credential_survives(scene: Scene, browser: Browser) -> None:
    """Sessions, tokens, factors, groups and codes are deleted, and the password is refused."""
    contact = scene.user.email
    close(scene)
    assert browser.get("/account/").url.startswith("/log-in/")
    assert scene.user.token_families.count() == 0
    assert scene.user.log_ins.count() == 0
    answer = Browser().post("/log-in/", {"contact": contact, "password": PASSWORD})
    assert answer.status_code == 200


def test_the_same_contact_can_sign_up_again(scene: Scene) -> None:
    """A new account with the same contact has no data of the old one."""
    contact = scene.user.email
    close(scene)
    User.objects.create(email=contact, status=User.Status.ACTIVE, password="!")
    assert User.objects.filter(email=contact).count() == 1


def test_consents_are_kept_without_address(scene: Scene) -> None:
    """Version and time of each consent are kept as proof."""
    close(scene)
    rows = Consent.objects.filter(user=scene.user)
    assert {row.purpose for row in rows} == {"terms", "privacy", "news", "recording"}
    assert not any(row.network for row in rows)


def test_both_contacts_are_notified(scene: Scene) -> None:
    """Both contacts are notified; the messages are deleted later by the retention rule."""
    contacts = [scene.user.email, scene.user.phone]
    close(scene)
    for contact in contacts:
        left = OutboxMessage.objects.to_contact(outbox.index_of(contact))
        assert "accounts/account_closed" in {message.template for message in left}
        assert {message.state for message in left} == {"WAITING"}


def test_other_accounts_are_not_changed(scene: Scene) -> None:
    """Other users and the client's projects are kept."""
    before = User.objects.exclude(pk=scene.user.pk).values_list("email", flat=True)
    kept = set(before)
    close(scene)
    assert set(User.objects.exclude(pk=scene.user.pk).values_list("email", flat=True)) == kept
    assert scene.owner.client.projects.count() == 1


@pytest.mark.parametrize("app", range(len(data_subject.APPS)))
def test_erasure_continues_after_a_fault(
    scene: Scene, app: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When one app's eraser fails the account is closed, and the next run deletes the rest."""
    broken = data_subject.APPS[app]
    right = broken.erase

    def fault(*args: Any, **facts: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(broken, "erase", fault)
    privacy.request_closing(user=scene.user, at=NOON)
    privacy.close_due(now=LATER)
    closing = Closing.objects.get()
    assert (closing.state, closing.erased_at) == ("CLOSED", None)
    assert scene.user.status == User.Status.CLOSED
    monkeypatch.setattr(broken, "erase", right)
    again = LATER + timedelta(minutes=1)
    assert privacy.close_due(now=again) == 1
    closing.refresh_from_db()
    assert closing.erased_at
    assert where(BORN.isoformat()) == set()
    assert privacy.close_due(now=again) == 0
