"""Bills to clients and credit notes: numbered without gaps, and never changed once issued."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gigs.models import Client, Project
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.triggers import NoTruncate
from payments.gst_numbers import STATE_CODES
from payments.models.payments import Payment

STATES = list(STATE_CODES.items())
TAX_PARTS = ("taxable_paise", "cgst_paise", "sgst_paise", "igst_paise", "total_paise")

# A document takes the number to which its series was just raised. The series is locked until the
# transaction ends, so that one that is rolled back leaves no gap.
_TAKES_NEXT_NUMBER = """
    SELECT prefix || '/' || to_char(financial_year % 100, 'FM00') || '-'
           || to_char((financial_year + 1) % 100, 'FM00') || '/'
           || to_char(last_number, 'FM000000') INTO expected
      FROM payments_billseries WHERE id = NEW.series_id AND last_number = NEW.sequence;
    IF expected IS DISTINCT FROM NEW.number THEN
        RAISE EXCEPTION '% is not the next number of its series', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_RISES_BY_ONE = """
    IF NEW.last_number <> OLD.last_number + 1
       OR (NEW.prefix, NEW.financial_year) <> (OLD.prefix, OLD.financial_year) THEN
        RAISE EXCEPTION 'the numbers of a series follow one another'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
_NUMBER_IS_USED = """
    IF NOT EXISTS (SELECT FROM payments_bill
                    WHERE series_id = NEW.id AND sequence = NEW.last_number)
       AND NOT EXISTS (SELECT FROM payments_creditnote
                        WHERE series_id = NEW.id AND sequence = NEW.last_number) THEN
        RAISE EXCEPTION 'number % of series % has no document', NEW.last_number, NEW.prefix
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def _is_sum_of_lines(document: str, line: str, column: str, key: str) -> str:
    """At commit, also after a line was added to an old document, it is the sum of its lines."""
    return f"""
    SELECT document.number INTO wrong
      FROM {document} AS document LEFT JOIN {line} AS line ON line.{column} = document.id
     WHERE document.id = {key}
     GROUP BY document.id
    HAVING (document.line_count, document.taxable_paise, document.cgst_paise,
            document.sgst_paise, document.igst_paise, document.total_paise)
        IS DISTINCT FROM (count(line.id), sum(line.taxable_paise), sum(line.cgst_paise),
            sum(line.sgst_paise), sum(line.igst_paise), sum(line.total_paise));
    IF FOUND THEN
        RAISE EXCEPTION '% is not the sum of its lines', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
    """  # noqa: S608


def _at_commit(name: str, func: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        declare=[("wrong", "text")],
        func=func,
    )


def _issued(document: str, line: str, column: str, *, is_line: bool) -> list[pgtrigger.Trigger]:
    key = f"NEW.{column}" if is_line else "NEW.id"
    triggers: list[pgtrigger.Trigger] = [
        pgtrigger.Protect(name="issued", operation=pgtrigger.Update | pgtrigger.Delete),
        NoTruncate(name="no_truncate"),
        _at_commit("sum_of_lines", _is_sum_of_lines(document, line, column, key), pgtrigger.Insert),
    ]
    if not is_line:
        triggers.append(
            pgtrigger.Trigger(
                name="takes_next_number",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("expected", "text")],
                func=_TAKES_NEXT_NUMBER,
            )
        )
    return triggers


class BillingDetails(BaseModel):
    """To whom a client's bills are addressed. A change is a new version; bills keep theirs."""

    client = models.ForeignKey(Client, related_name="billing_details", on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    legal_name = models.CharField(max_length=100)
    gstin = models.CharField("GSTIN", max_length=15, blank=True)
    address_1 = models.CharField(max_length=100)
    address_2 = models.CharField(max_length=100, blank=True)
    place = models.CharField(max_length=50)
    pin_code = models.CharField("PIN code", max_length=6)
    state_code = models.CharField("state", max_length=2, choices=STATES)
    is_sez = models.BooleanField("in a special economic zone (SEZ)", default=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT
    )
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = "billing details"
        verbose_name_plural = "billing details"
        triggers = [
            pgtrigger.Protect(name="version_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            NoTruncate(name="no_truncate"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_version_of_billing_details", fields=["client", "version"]
            ),
            models.CheckConstraint(
                name="gstin_is_of_the_state",
                condition=Q(gstin="", is_sez=False) | Q(gstin__startswith=F("state_code")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.legal_name}, version {self.version}"

    @property
    def address(self) -> str:
        """The address on one line."""
        lines = (self.address_1, self.address_2, f"{self.place} {self.pin_code}")
        return ", ".join(line for line in (*lines, self.get_state_code_display()) if line)


class BillSeries(BaseModel):
    """The numbers of the bills or the credit notes of one financial year."""

    class Prefix(models.TextChoices):
        """What is numbered."""

        BILL = "HTX", "Bills"
        CREDIT_NOTE = "HCN", "Credit notes"

    prefix = models.CharField(max_length=3, choices=Prefix.choices)
    financial_year = models.PositiveSmallIntegerField(help_text="The year in which it begins.")
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "bill series"
        triggers = [
            pgtrigger.Protect(name="series_stays", operation=pgtrigger.Delete),
            NoTruncate(name="no_truncate"),
            pgtrigger.Trigger(
                name="rises_by_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=_RISES_BY_ONE,
            ),
            _at_commit("number_is_used", _NUMBER_IS_USED, pgtrigger.Update),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_series_a_financial_year", fields=["prefix", "financial_year"]
            ),
            models.CheckConstraint(
                name="series_has_six_digits", condition=Q(last_number__lte=999_999)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_prefix_display()} {self.financial_year}"


class TaxDocument(BaseModel):
    """What bills and credit notes have in common."""

    number = models.CharField(max_length=16, unique=True)
    sequence = models.PositiveIntegerField()
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    line_count = models.PositiveSmallIntegerField()
    taxable_paise = models.BigIntegerField()
    cgst_paise = models.BigIntegerField("CGST")
    sgst_paise = models.BigIntegerField("SGST")
    igst_paise = models.BigIntegerField("IGST")
    total_paise = models.BigIntegerField()
    # Nobody, for those that the site issues by itself.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def gst_paise(self) -> int:
        return self.cgst_paise + self.sgst_paise + self.igst_paise


class TaxLine(models.Model):
    """What lines of bills and credit notes have in common."""

    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300)
    sac = models.CharField("SAC", max_length=6)
    gst_bp = models.PositiveIntegerField()
    taxable_paise = models.BigIntegerField()
    cgst_paise = models.BigIntegerField()
    sgst_paise = models.BigIntegerField()
    igst_paise = models.BigIntegerField()
    total_paise = models.BigIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}: {self.description}"


def _adds_up(name: str, *, is_line: bool) -> models.CheckConstraint:
    """Central and state tax within a state, or integrated tax between states; never both."""
    odd = 1 if is_line else F("line_count")
    total = F("taxable_paise") + F("cgst_paise") + F("sgst_paise") + F("igst_paise")
    return models.CheckConstraint(
        name=name,
        condition=Q(
            taxable_paise__gt=0,
            cgst_paise__gte=0,
            igst_paise__gte=0,
            # The halves of an odd number of paise differ by one.
            sgst_paise__gte=F("cgst_paise"),
            sgst_paise__lte=F("cgst_paise") + odd,
            total_paise=total,
        )
        & (Q(igst_paise=0) | Q(cgst_paise=0, sgst_paise=0)),
    )


class Bill(TaxDocument):
    """A tax invoice for what was earned in one month, as both sides were on the day of issue."""

    series = models.ForeignKey(BillSeries, related_name="bills", on_delete=models.PROTECT)
    client = models.ForeignKey(Client, related_name="bills", on_delete=models.PROTECT)
    legal_model = models.CharField(max_length=10, choices=Project.LegalModel.choices)
    buyer = models.ForeignKey(BillingDetails, related_name="bills", on_delete=models.PROTECT)
    #: Our GSTIN, legal name and address, under the names of `BillingDetails`.
    seller = models.JSONField()
    place_of_supply = models.CharField(max_length=2, choices=STATES)
    earned_from = models.DateField()
    earned_to = models.DateField()

    class Meta:
        triggers = _issued("payments_bill", "payments_billline", "bill_id", is_line=False)
        indexes = [
            models.Index(name="bill_of_client", fields=["client", "-issued_at", "-id"]),
            models.Index(name="bill_newest", fields=["-issued_at", "-id"]),
        ]
        constraints = [
            _adds_up("bill_adds_up", is_line=False),
            models.UniqueConstraint(name="one_bill_a_number", fields=["series", "sequence"]),
        ]

    @property
    def credited_paise(self) -> int:
        """What credit notes took back."""
        return sum(note.total_paise for note in self.credit_notes.all())


class BillLine(TaxLine):
    """One earning on a bill: the service, or the fee for it."""

    bill = models.ForeignKey(Bill, related_name="lines", db_index=False, on_delete=models.PROTECT)
    payment = models.OneToOneField(Payment, related_name="bill_line", on_delete=models.PROTECT)

    class Meta(TaxLine.Meta):
        triggers = _issued("payments_bill", "payments_billline", "bill_id", is_line=True)
        constraints = [
            _adds_up("bill_line_adds_up", is_line=True),
            models.UniqueConstraint(name="one_bill_line_a_position", fields=["bill", "position"]),
        ]


class CreditNote(TaxDocument):
    """Takes back lines of a bill, because the payments on them were corrected."""

    series = models.ForeignKey(BillSeries, related_name="credit_notes", on_delete=models.PROTECT)
    bill = models.ForeignKey(Bill, related_name="credit_notes", on_delete=models.PROTECT)
    reason = models.CharField(max_length=100)

    class Meta:
        triggers = _issued(
            "payments_creditnote", "payments_creditnoteline", "note_id", is_line=False
        )
        indexes = [models.Index(name="credit_note_newest", fields=["-issued_at", "-id"])]
        constraints = [
            _adds_up("credit_note_adds_up", is_line=False),
            models.UniqueConstraint(name="one_credit_note_a_number", fields=["series", "sequence"]),
        ]

    @property
    def client(self) -> Client:
        return self.bill.client


class CreditNoteLine(TaxLine):
    """One line of a bill, taken back whole. None is taken back twice."""

    note = models.ForeignKey(
        CreditNote, related_name="lines", db_index=False, on_delete=models.PROTECT
    )
    bill_line = models.OneToOneField(BillLine, related_name="credit_line", on_delete=models.PROTECT)
    payment = models.OneToOneField(
        Payment, related_name="credit_line", on_delete=models.PROTECT, help_text="The correction."
    )

    class Meta(TaxLine.Meta):
        triggers = [
            *_issued("payments_creditnote", "payments_creditnoteline", "note_id", is_line=True),
            pgtrigger.Trigger(
                name="credits_its_bill",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF NOT EXISTS (
                    SELECT FROM payments_billline AS line
                      JOIN payments_creditnote AS note ON note.bill_id = line.bill_id
                      JOIN payments_payment AS correction
                        ON correction.corrects_id = line.payment_id
                     WHERE line.id = NEW.bill_line_id AND note.id = NEW.note_id
                       AND correction.id = NEW.payment_id
                       AND (line.taxable_paise, line.cgst_paise, line.sgst_paise, line.igst_paise)
                           = (NEW.taxable_paise, NEW.cgst_paise, NEW.sgst_paise, NEW.igst_paise)
                ) THEN
                    RAISE EXCEPTION 'this is not a line of the bill that the note is for'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]
        constraints = [
            _adds_up("credit_note_line_adds_up", is_line=True),
            models.UniqueConstraint(
                name="one_credit_note_line_a_position", fields=["note", "position"]
            ),
        ]
