"""Bills and spend on pages and in the API: read by members, changed by owner and finance."""

import json

import pypdfium2
import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from conftest import make_staff
from gigs.models import Client
from gigs.tests.support.marketplace import make_member
from payments.billing import queries
from payments.billing import services as billing
from payments.models import Bill, CreditNote
from payments.tests.billing.conftest import NEXT_MONTH, correct, earn, save_details
from payments.tests.factories import ADDRESS

pytestmark = pytest.mark.django_db
LISTS = ["payments:bills", "api:payments:bills", "api:payments:credit-notes"]
FORM = {name: value for name, value in ADDRESS.items() if name != "version"}


@pytest.fixture(autouse=True)
def in_december():
    """The month after the one in which was earned."""
    with time_machine.travel(NEXT_MONTH, tick=False):
        yield


@pytest.fixture
def billed(asha, ravi, orchid, details, maker, checker):
    """A bill of two earnings, one of which was credited."""
    payment = earn(asha, title='=HYPERLINK("x")')
    earn(ravi)
    (bill,) = billing.bill_client(client=orchid, at=NEXT_MONTH)
    correct(payment, 0, maker, checker)
    return bill


def of_bill(bill):
    """Every address about one bill, its credit note, and the year."""
    note = CreditNote.objects.get().pk
    return [
        reverse("payments:bill-pdf", args=[bill.pk]),
        reverse("payments:bill-json", args=[bill.pk]),
        reverse("payments:credit-note-pdf", args=[note]),
        reverse("payments:credit-note-json", args=[note]),
        reverse("api:payments:bill", args=[bill.pk]),
        reverse("api:payments:bill-einvoice", args=[bill.pk]),
    ]


def of_year():
    names = [
        "payments:spend-year",
        "payments:spend-csv",
        "payments:spend-pdf",
        "api:payments:spend",
    ]
    return [reverse("payments:spend"), *(reverse(name, args=[2026]) for name in names)]


def text_of(pdf):
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


@pytest.mark.parametrize("role", ["OWNER", "VIEWER"])
def test_members_see_their_bills(billed, orchid, signed_in, role):
    """Page, paper and API say the same; a viewer sees no button to change."""
    browser = signed_in(make_member("Olga", orchid, role).user)
    page, bills, notes = (browser.get(reverse(name)) for name in LISTS)
    shown = page.content.decode()
    assert "HTX/26-27/000001" in shown
    assert "HCN/26-27/000001" in shown
    assert ("Change</a>" in shown) == (role == "OWNER")
    (listed,) = bills.json()["data"]
    assert (listed["total_paise"], listed["credited_paise"]) == (23_600_00, 11_800_00)
    (note,) = notes.json()["data"]
    assert (note["bill_number"], note["total_paise"]) == (billed.number, 11_800_00)
    pdf, invoice, credit, credit_json, in_full, einvoice = map(browser.get, of_bill(billed))
    words = text_of(pdf.content)
    for text in ("Tax invoice HTX/26-27/000001", "29AAACO1234E1ZU", "998593", "₹23,600.00"):
        assert text in words
    assert "Twenty-three thousand six hundred rupees only" in words
    assert "Credit note HCN/26-27/000001" in text_of(credit.content)
    assert invoice.json() == einvoice.json()
    assert credit_json.json()["DocDtls"]["Typ"] == "CRN"
    assert len(in_full.json()["lines"]) == 2
    assert pdf.content == browser.get(of_bill(billed)[0]).content


def test_members_see_what_they_spent(billed, orchid, signed_in):
    """Corrections are taken off; no cell of the file is a formula."""
    browser = signed_in(make_member("Vera", orchid, "VIEWER").user)
    _, page, file, pdf, api = map(browser.get, of_year())
    assert "₹11,800.00" in page.content.decode()
    assert (api.json()["earned_paise"], api.json()["gst_paise"]) == (10_000_00, 1_800_00)
    assert [row["name"] for row in api.json()["months"]] == ["November 2026", "December 2026"]
    cells = file.content.decode("utf-8-sig").splitlines()
    assert any("'=HYPERLINK" in row for row in cells)
    assert sum("HTX/26-27/000001" in row for row in cells) == 2
    assert sum("HCN/26-27/000001" in row for row in cells) == 1
    assert "Statement of spend 2026-27" in text_of(pdf.content)
    for url in (reverse("payments:spend-year", args=[1]), reverse("api:payments:spend", args=[1])):
        assert browser.get(url).status_code == 404


def test_other_people_see_nothing_of_it(billed, asha, staff_without_role, signed_in):
    """Agents, staff without the role and strangers are refused; another client finds nothing."""
    rival = Client.objects.create(name="Marigold Foods")
    other = signed_in(make_member("Rosa", rival).user)
    details = [reverse("payments:billing-details"), reverse("api:payments:billing-details")]
    urls = [*(reverse(name) for name in LISTS), *of_bill(billed), *of_year(), *details]
    for url in urls:
        assert signed_in(asha.user).get(url).status_code == 403
        assert signed_in(staff_without_role).get(url).status_code == 403
        assert Browser().get(url).status_code in (302, 401)
        assert "HTX/26-27" not in other.get(url).content.decode(errors="replace")
    assert {other.get(url).status_code for url in of_bill(billed)} == {404}


def test_the_owner_changes_the_details(orchid, signed_in):
    """By page and API; nobody else of the company may."""
    owner = signed_in(make_member("Olga", orchid).user)
    page, api = reverse("payments:billing-details"), reverse("api:payments:billing-details")
    assert owner.get(api).status_code == 404
    assert owner.post(page, FORM).status_code == 302
    assert queries.details_of(orchid).gstin == "29AAACO1234E1ZU"
    changed = {**FORM, "place": "Mysuru", "is_sez": False}
    answer = owner.put(api, changed, content_type="application/json")
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert 'value="Mysuru"' in owner.get(page).content.decode()
    for name, role in (("Manu", "MANAGER"), ("Vera", "VIEWER")):
        member = signed_in(make_member(name, orchid, role).user)
        assert member.get(api).status_code == 200
        assert member.post(page, FORM).status_code == 403
        assert member.put(api, changed, content_type="application/json").status_code == 403
    assert queries.details_of(orchid).version == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gstin": "29AAACO1234E1ZX"}, "gstin"),
        ({"state_code": "27"}, "gstin"),
        ({"pin_code": "0560001"}, "pin_code"),
        ({"legal_name": "Orchid\u202e"}, "legal_name"),
        ({"state_code": "25"}, "state_code"),
    ],
)
def test_wrong_details_are_refused_at_their_field(orchid, signed_in, changes, field):
    """What was typed stays on the page; the API names the field."""
    owner = signed_in(make_member("Olga", orchid).user)
    page = owner.post(reverse("payments:billing-details"), FORM | changes)
    assert (page.status_code, list(page.context["form"].errors)) == (200, [field])
    body = json.dumps(FORM | changes)
    answer = owner.put(
        reverse("api:payments:billing-details"), body, content_type="application/json"
    )
    assert answer.status_code in (400, 422)
    assert field in answer.content.decode()
    assert queries.details_of(orchid) is None


def test_finance_bills_a_client(asha, orchid, staff_without_role, signed_in):
    """By the admin and by the API, and what is missing is said; others are refused."""
    earn(asha)
    mohan = make_staff("Mohan", "finance")
    finance = signed_in(mohan)
    page, api = reverse("admin:payments_bill_add"), reverse("api:payments:bill-client")
    body = {"client": str(orchid.pk)}
    refused = finance.post(api, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "billing_details_missing")
    assert "no billing details" in finance.post(page, body).content.decode()
    details = reverse("admin:payments_billingdetails_add")
    assert finance.post(details, FORM | body).status_code == 302
    assert signed_in(staff_without_role).post(page, body).status_code == 403
    assert signed_in(staff_without_role).post(api, body).status_code == 403
    answer = finance.post(api, body, content_type="application/json")
    assert [row["number"] for row in answer.json()["bills"]] == ["HTX/26-27/000001"]
    assert "nothing to bill" in finance.post(page, body).content.decode()
    assert (
        "HTX/26-27/000001"
        in finance.get(reverse("admin:payments_bill_changelist")).content.decode()
    )
    assert Bill.objects.get().issued_by == mohan


def test_a_client_without_gst_has_no_einvoice(asha, orchid, maker, signed_in):
    """The portal takes no bills to those who are not registered."""
    earn(asha)
    save_details(orchid, maker, gstin="")
    (bill,) = billing.bill_client(client=orchid, at=NEXT_MONTH)
    owner = signed_in(make_member("Olga", orchid).user)
    assert owner.get(reverse("payments:bill-json", args=[bill.pk])).status_code == 404
    assert owner.get(reverse("api:payments:bill-einvoice", args=[bill.pk])).status_code == 404
    pdf = owner.get(reverse("payments:bill-pdf", args=[bill.pk])).content
    assert "Not registered for GST" in text_of(pdf)


def test_many_bills_cost_no_more_queries(
    asha, orchid, details, signed_in, django_assert_max_num_queries
):
    """The list asks about all its bills at once."""
    for number in range(4):
        earn(asha, title=f"Gig {number}")
        billing.bill_client(client=orchid, at=NEXT_MONTH)
    owner = signed_in(make_member("Olga", orchid).user)
    owner.get(reverse("payments:bills"))
    with django_assert_max_num_queries(22):
        owner.get(reverse("payments:bills"))
