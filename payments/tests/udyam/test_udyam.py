"""Udyam registrations: declared by the agent, confirmed by finance, and the day to pay by."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent
from conftest import NOON, make_agent, make_staff
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments import privacy
from payments.models import UdyamRegistration
from payments.udyam import queries, services
from payments.udyam_number import normalise_udyam

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "UDYAM-KR-03-0067812", "UDYAM-MH-19-0000042"
DAY = timedelta(days=1)


def declare(agent, *, number=NUMBER, size="MICRO", on=date(2024, 5, 2)):
    return services.declare(
        agent=agent, number=number, size=size, registered_on=on, by=agent.user, at=NOON
    )


@pytest.fixture
def declared(asha):
    return declare(asha)


@pytest.fixture
def confirmed(declared, checker):
    return services.confirm(row=declared, by=checker, at=NOON)


@pytest.mark.parametrize(
    "text",
    [
        NUMBER, "udyam-kr-03-0067812", " UDYAM KR 03 0067812 ", "UDYAMKR030067812",
        "UDYAM–KR–03–0067812", "UDYAM - KR - 03 - 0067812",
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text):
    """Small letters, blanks, long dashes, none at all."""
    assert normalise_udyam(text) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "", "UDYAM", "UDYAM-KR-03-001234", "UDYAM-KR-03-00678126", "UDYAM-K1-03-0067812",
        "UDYAM-KR-03-0000000", "UDYOG-KR-03-0067812", "KR03A0067812", "=UDYAM-KR-03-0067812",
        "UDYAM-KR-०३-0067812", "GSTIN 29ABCDE1234F1Z5",
    ],
)  # fmt: skip
def test_what_is_no_number(asha, text):
    """Too short, too long, the old Udyog Aadhaar, and other numbers are refused."""
    with pytest.raises(services.UdyamNumberInvalid):
        declare(asha, number=text)


@pytest.mark.parametrize("on", [date(2020, 6, 30), day_of(NOON) + DAY])
def test_odd_days(asha, on):
    """Before Udyam began, or in the future."""
    with pytest.raises(services.UdyamDayInvalid):
        declare(asha, on=on)


def test_the_number_is_encrypted(declared):
    """Only its last four are stored as text; the log has it masked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number::text FROM payments_udyamregistration")
        assert "0067812" not in cursor.fetchone()[0]
    assert UdyamRegistration.objects.get().number == NUMBER
    assert "0067812" not in str(AuditEvent.objects.get(action="udyam.declared").new)


def test_the_same_again_changes_nothing(asha, declared, checker):
    """Also when it is confirmed; another one replaces what is still being checked."""
    assert declare(asha, number="udyam kr 03 0067812") == declared
    services.confirm(row=declared, by=checker, at=NOON)
    assert declare(asha).state == "CONFIRMED"
    second, third = declare(asha, number=OTHER), declare(asha, number=OTHER, size="SMALL")
    second.refresh_from_db()
    assert (second.state, third.state) == ("REJECTED", "DECLARED")
    services.confirm(row=third, by=checker, at=NOON + DAY)
    declared.refresh_from_db()
    assert (declared.state, declared.ended_on) == ("ENDED", day_of(NOON + DAY))


def test_one_number_is_of_one_agent(declared, checker):
    """A second agent with a number that is confirmed is a question for a person."""
    other = declare(make_agent("Ravi"))
    services.confirm(row=declared, by=checker, at=NOON)
    with pytest.raises(services.UdyamNumberUsed):
        services.confirm(row=other, by=checker, at=NOON)
    with pytest.raises(Refusal):
        services.reject(row=other, reason=" ", by=checker, at=NOON)
    services.reject(row=other, reason="Another agent has it.", by=checker, at=NOON)


def test_nobody_confirms_their_own(asha, declared):
    """Also not with the right role."""
    with pytest.raises(services.OwnUdyam):
        services.confirm(row=declared, by=asha.user, at=NOON)


def test_the_day_to_pay_by(asha, payment, declared, checker):
    """45 days after the approval, once confirmed, from the registration until its end."""

    def due():
        return queries.pay_by(payment, asha.udyam_registrations.all())

    assert due() is None
    services.confirm(row=declared, by=checker, at=NOON)
    assert due() == day_of(payment.opened_at) + timedelta(days=45)
    assert list(queries.payments_due_soon(NOON + 37 * DAY)) == []
    assert list(queries.payments_due_soon(NOON + 38 * DAY)) == [payment]
    services.end_own(agent=asha, by=asha.user, at=NOON + DAY)
    assert due() == day_of(payment.opened_at) + timedelta(days=45)
    services.confirm(row=declare(asha, on=day_of(NOON)), by=checker, at=NOON + DAY)
    UdyamRegistration.objects.exclude(state="CONFIRMED").update(ended_on=day_of(NOON) - DAY)
    assert list(queries.payments_due_soon(NOON + 38 * DAY)) == [payment]


def test_registered_after_the_approval(asha, payment, checker):
    """What was approved before counts as that of no enterprise."""
    later = NOON + 3 * DAY
    row = services.declare(
        agent=asha, number=NUMBER, size="MICRO", registered_on=day_of(later), by=asha.user, at=later
    )
    services.confirm(row=row, by=checker, at=later)
    assert queries.pay_by(payment, asha.udyam_registrations.all()) is None
    assert not queries.payments_due_soon(NOON + 60 * DAY).exists()


def test_finance_sees_it(signed_in, maker, payout, confirmed):
    """On the list of payouts, by the API, and in the work queue; not once it was paid."""
    due = day_of(NOON) + timedelta(days=45)
    page = signed_in(maker).get(reverse("admin:payments_payout_changelist")).content.decode()
    assert f"{due:%B} {due.day}, {due.year}" in page or f"{due.day} {due:%b}" in page
    [row] = signed_in(maker).get(reverse("api:payments:payouts")).json()["data"]
    assert row["pay_by"] == due.isoformat()
    queues = {queue.label: queue.count for queue in queries.work_queues(now=NOON + 40 * DAY)}
    assert queues == {
        "Udyam registrations to confirm": 0, "Registered enterprises to pay within a week": 1,
    }  # fmt: skip


def test_on_the_pages(signed_in, asha, maker):
    """The agent declares, finance shows the number and rejects; the agent reads why."""
    url = reverse("payments:udyam")
    agent = signed_in(asha.user)
    facts = {"number": "UDYAM", "size": "MICRO", "registered_on": "2024-05-02"}
    assert b"as on your certificate" in agent.post(url, facts).content
    assert agent.post(url, facts | {"number": NUMBER}).status_code == 302
    row = UdyamRegistration.objects.get()
    page = reverse("admin:payments_udyamregistration_change", args=[row.pk])
    finance = signed_in(maker)
    assert NUMBER.encode() not in finance.get(page).content
    assert NUMBER.encode() in finance.post(page, {"verb": "number"}).content
    assert AuditEvent.objects.get(action="udyam.number_shown").by == maker
    finance.post(page, {"verb": "reject", "reason": "The name is another one."})
    shown = signed_in(asha.user).get(url).content
    assert b"The name is another one." in shown
    assert NUMBER.encode() not in shown
    agent = signed_in(asha.user)
    agent.post(url, facts | {"number": NUMBER})
    signed_in(maker).post(
        reverse("admin:payments_udyamregistration_change",
                args=[UdyamRegistration.objects.get(state="DECLARED").pk]),
        {"verb": "confirm"},
    )  # fmt: skip
    assert queries.confirmed_of(asha) is not None
    signed_in(asha.user).post(reverse("payments:udyam-end"))
    assert queries.confirmed_of(asha) is None


def test_over_the_api(signed_in, asha, maker):
    """The same questions, the same answers."""
    url, agent = reverse("api:payments:udyam"), signed_in(asha.user)
    facts = {"number": "UDYAM", "size": "SMALL", "registered_on": "2024-05-02"}
    assert agent.get(url).status_code == 404
    refused = agent.put(url, facts, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_udyam")
    made = agent.put(url, facts | {"number": NUMBER}, content_type="application/json").json()
    assert NUMBER not in str(made)
    finance = signed_in(maker)
    listed = finance.get(reverse("api:payments:udyam-registrations") + "?state=DECLARED").json()
    assert [row["id"] for row in listed["data"]] == [made["id"]]
    number = finance.post(reverse("api:payments:udyam-number", args=[made["id"]]))
    assert number.json() == {"number": NUMBER}
    reject = reverse("api:payments:reject-udyam", args=[made["id"]])
    empty = finance.post(reject, {"reason": " "}, content_type="application/json")
    assert empty.status_code == 422
    confirm = finance.post(reverse("api:payments:confirm-udyam", args=[made["id"]]))
    assert confirm.json()["state"] == "CONFIRMED"
    agent = signed_in(asha.user)
    assert agent.delete(url).status_code == 204
    assert agent.get(url).json()["state"] == "ENDED"


def test_strangers(signed_in, asha, declared):
    """Another agent sees only their own; other staff and agents decide nothing."""
    other = make_agent("Ravi")
    assert signed_in(other.user).get(reverse("api:payments:udyam")).status_code == 404
    assert b"0067812" not in signed_in(other.user).get(reverse("payments:udyam")).content
    page = reverse("admin:payments_udyamregistration_change", args=[declared.pk])
    posts = [
        reverse(f"api:payments:{name}", args=[declared.pk])
        for name in ("confirm-udyam", "reject-udyam", "udyam-number")
    ]
    for stranger in (make_staff("Sita", "support"), make_staff("Noor"), other.user):
        client = signed_in(stranger)
        assert client.get(page).status_code in (302, 403)
        assert client.post(page, {"verb": "confirm"}).status_code in (302, 403)
        assert [client.post(url).status_code for url in posts] == [403] * 3
    declared.refresh_from_db()
    assert declared.state == "DECLARED"


def test_the_copy_of_ones_data_has_it(asha, declared):
    """With the number masked."""
    [row] = privacy.export(asha.user)["udyam_registrations"]
    assert (row["number"], row["class"]) == (declared.masked, "Micro")
