"""Migrate a database with rows of payments as they were before the ledger had rules.

One payment in each state, with its payout, orders, entries and audit log, in the tables of the
migration `payments.0003`; then all later migrations. Nothing may be lost or changed, and the check
of the money finds nothing.
"""

import importlib
import os
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import django
import psycopg
from _harness import Site, fresh_site, report
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg.types.range import Range

NOW = datetime(2026, 9, 1, 6, 30, tzinfo=UTC)
BEFORE = [("payments", "0003_alter_labels")]
GROSS, FEE, GST = 10_000_00, 500_00, 90_00
NET = GROSS - FEE - GST
UTR = "HDFCN00000000001"
STATES = ("COMPLETED", "PROCESSING", "FAILED", "READY", "PENDING")


def use_empty_database(site: Site) -> None:
    """Let this process use another database on the site's server."""
    url = site.environment["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE DATABASE earlier")
        name = server.info.dbname
    earlier = url.replace(f"/{name}?", "/earlier?")
    os.environ |= site.environment | {"DATABASE_URL": earlier}
    django.setup()


class Rows:
    """Makes rows of models as they were: what is not given is a default, or the simplest value."""

    def __init__(self, apps: Any) -> None:
        self.apps = apps

    def make(self, label: str, **facts: Any) -> Any:
        model = self.apps.get_model(label)
        if label == "accounts.User":  # has to have a contact
            facts["email"] = f"{uuid4().hex}@example.com"
        for field in model._meta.concrete_fields:
            is_given = field.name in facts or field.attname in facts
            is_optional = field.null or field.has_default() or field.primary_key or field.blank
            if not is_given and not is_optional and not getattr(field, "auto_now_add", False):
                facts[field.name] = self.value_of(field)
        return model.objects.create(**facts)

    def value_of(self, field: Any) -> Any:
        if field.is_relation:
            return self.make(field.related_model._meta.label)
        match field.get_internal_type():
            case "DateTimeField":
                return NOW
            case "DateField":
                return NOW.date()
            case "UUIDField":
                return uuid4()
            case "JSONField":
                return {}
            case "BooleanField":
                return False
            case "GenericIPAddressField":
                return "127.0.0.1"
            case kind if "Integer" in kind:
                return 1
        text = field.choices[0][0] if field.choices else uuid4().hex
        return text[: field.max_length] if field.max_length else text


class EarlierBooks:
    """Payments of one agent, one in each state."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        valid = Range(date(2025, 4, 1), None)
        self.fee_rule = rows.make("payments.FeeRule", valid=valid, fee_bp=500, gst_bp=1800)
        self.tax_rule = rows.make(
            "payments.TaxRule", valid=valid, kind="CONTRACTOR_INDIVIDUAL", rate_bp=100
        )
        self.agent = rows.make("accounts.Agent")
        self.client = rows.make("gigs.Client", name="Orchid Retail")
        self.account = rows.make(
            "onboarding.BankAccount", agent=self.agent, ifsc="HDFC0001234", last_four="4567",
            account_number="501001234567",
        )  # fmt: skip
        self.maker, self.checker = (rows.make("accounts.User") for _ in range(2))
        self.accounts: dict[str, Any] = {}

    def ledger_account(self, kind: str) -> Any:
        owners = {
            "CLIENT_RECEIVABLE": {"client": self.client}, "AGENT_PAYABLE": {"agent": self.agent},
        }  # fmt: skip
        if kind not in self.accounts:
            made = self.rows.make("payments.LedgerAccount", kind=kind, **owners.get(kind, {}))
            self.accounts[kind] = made
        return self.accounts[kind]

    def post(self, kind: str, source: Any, legs: dict[str, int], **facts: Any) -> Any:
        entry = self.rows.make(
            "payments.Entry", kind=kind, source_id=source.pk, leg_count=len(legs), at=NOW, **facts
        )
        for account, paise in legs.items():
            self.rows.make(
                "payments.Leg",
                entry=entry,
                account=self.ledger_account(account),
                amount_paise=paise,
            )
        return entry

    def log(self, row: Any, action: str, **new: Any) -> None:
        label = row._meta.label_lower
        self.rows.make(
            "accounts.AuditEvent", action=action, on_kind=label, on_id=str(row.pk), new=new, at=NOW
        )

    def add(self, state: str) -> None:
        """One payment; all but the pending one have a payout."""
        payment = self._payment(state)
        if state == "PENDING":
            return
        payout = self._payout(payment, state)
        if state == "READY":
            return
        ended = {} if state == "PROCESSING" else {"ended_at": NOW}
        attempt = self.rows.make(
            "payments.PayoutAttempt", payout=payout, rail="MANUAL", at=NOW, by=self.maker, **ended
        )
        legs = {"AGENT_PAYABLE": NET, "IN_TRANSIT": -NET}
        started = self.post("TRANSFER_STARTED", attempt, legs)
        self.log(payout, "payout.started", account="•••• 4567", amount_paise=NET)
        if state == "COMPLETED":
            self.post("TRANSFER_SETTLED", payout, {"IN_TRANSIT": NET, "CASH": -NET})
            self.log(payout, "payout.settled", utr=UTR)
        if state == "FAILED":
            back = {account: -paise for account, paise in legs.items()}
            self.post("REVERSAL", started, back, reverses=started)

    def _payment(self, state: str) -> Any:
        opportunity = self.rows.make(
            "gigs.Opportunity", pay_kind="FIXED", rate_paise=GROSS, hours_each=0
        )
        facts = {"agent": self.agent, "client": self.client, "opportunity": opportunity}
        application = self.rows.make("gigs.Application", agent=self.agent, opportunity=opportunity)
        gig = self.rows.make(
            "gigs.Gig", pay_kind="FIXED", rate_paise=GROSS, application=application, **facts
        )
        work = self.rows.make(
            "gigs.Work", gig=gig, pay_kind="FIXED", state="APPROVED", decided_at=NOW,
            submitted_at=NOW,
        )  # fmt: skip
        payment = self.rows.make(
            "payments.Payment", agent=self.agent, work=work, gross_paise=GROSS, fee_paise=FEE,
            gst_paise=GST, tds_paise=0, net_paise=NET, tds_bp=0, fee_bp=500, gst_bp=1800,
            fee_rule=self.fee_rule, tax_rule=self.tax_rule, opened_at=NOW,
            state="PENDING" if state == "READY" else state,
            paid_at=NOW if state == "COMPLETED" else None,
        )  # fmt: skip
        legs = {
            "CLIENT_RECEIVABLE": GROSS, "AGENT_PAYABLE": -NET, "FEE_INCOME": -FEE,
            "GST_PAYABLE": -GST,
        }  # fmt: skip
        self.post("PAYMENT_OPENED", payment, legs)
        self.log(payment, "payment.opened")
        return payment

    def _payout(self, payment: Any, state: str) -> Any:
        facts: dict[str, Any] = {}
        if state != "READY":
            facts |= {"started_at": NOW, "started_by": self.maker}
        if state == "COMPLETED":
            facts |= {"settled_at": NOW, "settled_by": self.checker, "utr": UTR}
        if state == "FAILED":
            facts |= {"failure": "Account closed."}
        return self.rows.make(
            "payments.Payout", payment=payment, bank_account=self.account, holder_name="Asha Rao",
            ifsc="HDFC0001234", last_four="4567", amount_paise=NET, state=state, **facts,
        )  # fmt: skip


def migrate_with_rows() -> None:
    """Fill the tables as they were, and bring them along."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    apps = executor.loader.project_state(BEFORE).apps
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        books = EarlierBooks(Rows(apps))
        for state in STATES:
            books.add(state)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def figures_after() -> dict[str, tuple[float, float]]:
    """What is missing or wrong."""
    invariants = importlib.import_module("payments.integrity.invariants")
    models = importlib.import_module("payments.models")
    # Old entries have no seals, so the chain says nothing about them.
    found = [row for row in invariants.check_money() if row.name != "ledger_is_chained"]
    for violation in found:
        print(violation)
    wanted = sorted("PENDING" if state == "READY" else state for state in STATES)
    lost = abs(models.Payment.objects.count() - len(STATES)) + abs(
        models.Payout.objects.count() - 4
    )
    lost += wanted != sorted(models.Payment.objects.values_list("state", flat=True))
    lost += abs(models.PayoutItem.objects.count() - 4) + abs(models.Entry.objects.count() - 10)
    without_source = models.Entry.objects.filter(source_type="").count()
    return {
        "invariants broken": (len(found), 0),
        "rows lost or changed": (lost, 0),
        "entries without a source": (without_source, 0),
    }


def main() -> None:
    """Measure."""
    with fresh_site() as site:
        site.start()
        use_empty_database(site)
        migrate_with_rows()
        figures = figures_after()
        connection.close()
    report(figures)


if __name__ == "__main__":
    main()
