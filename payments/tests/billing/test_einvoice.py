"""The JSON of a bill has the shape of the e-invoice schema INV-01."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from payments.billing import services as billing
from payments.billing.einvoice import einvoice_of
from payments.models import CreditNote
from payments.tests.billing.conftest import NEXT_MONTH, correct, earn, save_details

pytestmark = pytest.mark.django_db
SCHEMA = json.loads(Path(__file__).with_name("inv01.schema.json").read_text())


def check(found):
    """The schema's shape, and the sums and taxes that the portal works out anew."""
    jsonschema_rs.validate(SCHEMA, found)
    values = found["ValDtls"]
    for total, part in (
        ("AssVal", "AssAmt"),
        ("CgstVal", "CgstAmt"),
        ("SgstVal", "SgstAmt"),
        ("IgstVal", "IgstAmt"),
        ("TotInvVal", "TotItemVal"),
    ):
        assert values[total] == pytest.approx(sum(item[part] for item in found["ItemList"]))
    for item in found["ItemList"]:
        tax = item["CgstAmt"] + item["SgstAmt"] + item["IgstAmt"]
        assert tax == pytest.approx(item["AssAmt"] * item["GstRt"] / 100, abs=0.02)
    is_within = found["SellerDtls"]["Stcd"] == found["BuyerDtls"]["Pos"]
    assert (values["IgstVal"] == 0) == (is_within and found["TranDtls"]["SupTyp"] == "B2B")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"state_code": "27", "gstin": "27AAACO1234E1ZY"},
        {"state_code": "38", "gstin": "38AAACO1234E1ZV"},
        {"is_sez": True, "address_2": "Unit 4"},
        {"address_2": "B", "legal_name": 'The "Orchid" \\ Co'},
    ],
)
@pytest.mark.parametrize("legal_model", ["PRINCIPAL", "OPERATOR"])
def test_a_bill_and_its_credit_note(asha, ravi, orchid, maker, checker, changes, legal_model):
    """Within a state and between states, service or fee, also of a zone."""
    save_details(orchid, maker, **changes)
    payment = earn(asha, legal_model=legal_model, rate_paise=10_123_45)
    earn(ravi, legal_model=legal_model)
    (bill,) = billing.bill_client(client=orchid, at=NEXT_MONTH)
    correct(payment, 0, maker, checker)
    invoice = einvoice_of(bill, bill=bill)
    check(invoice)
    assert invoice["DocDtls"] == {"Typ": "INV", "No": bill.number, "Dt": "03/12/2026"}
    note = CreditNote.objects.get()
    credit = einvoice_of(note, bill=bill)
    check(credit)
    assert credit["DocDtls"]["Typ"] == "CRN"
    (preceding,) = credit["RefDtls"]["PrecDocDtls"]
    assert preceding == {"InvNo": bill.number, "InvDt": "03/12/2026"}
