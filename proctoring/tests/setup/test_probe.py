"""The network probe: the server's own clock, and bytes that only it can make."""

from datetime import timedelta

import pytest

from conftest import NOON
from proctoring.models import SystemCheck
from proctoring.setup import network
from proctoring.setup import services as setup
from proctoring.tests.support.cast import make_sitting


def probe(sitting, *, transfer: timedelta, trip: timedelta) -> SystemCheck:
    """A whole probe with these times."""
    at = NOON
    token, content = setup.start_probe(sitting=sitting, at=at)
    check, wait = None, transfer
    while token:
        at += wait
        token, check = setup.answer_probe(
            sitting=sitting, token=token, content=content, by=sitting.agent.user, at=at
        )
        content, wait = b"", trip
    return check


def ms(number: int) -> timedelta:
    return timedelta(milliseconds=number)


@pytest.mark.parametrize(
    ("transfer", "trip", "failing"),
    [(800, 90, []), (30_000, 90, ["speed"]), (800, 4_000, ["delay"])],
)
def test_network_is_judged_by_the_servers_clock(asha, assessment, transfer, trip, failing):
    """Slow bytes and slow answers fail with a remedy; each try is a row with its measures."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    check = probe(sitting, transfer=ms(transfer), trip=ms(trip))
    assert [each["key"] for each in check.results if not each["passed"]] == failing
    assert all(each["mend"] for each in check.results)
    assert (check.kind, check.passed) == ("NETWORK", not failing)
    assert check.facts["kbps"] == round(2 * 8 * network.BYTES / transfer)
    assert check.facts["round_trips_ms"] == [trip] * 3


def test_bytes_and_tokens_cannot_be_invented(asha, ravi, assessment):
    """Other bytes, another's token, and one that is old are refused: nothing is saved."""
    sitting, other = make_sitting(asha, "SYSTEM_CHECK"), make_sitting(ravi, "SYSTEM_CHECK")
    token, content = setup.start_probe(sitting=sitting, at=NOON)
    tries = [
        (sitting, token, bytes(network.BYTES), NOON, network.ProbeDiffers),
        (sitting, token, b"", NOON, network.ProbeDiffers),
        (other, token, content, NOON, network.ProbeUnknown),
        (sitting, "invented", content, NOON, network.ProbeUnknown),
        (sitting, token, content, NOON + timedelta(minutes=5), network.ProbeUnknown),
        (sitting, token, content, NOON - timedelta(seconds=5), network.ProbeUnknown),
    ]
    for whose, sent, data, at, refusal in tries:
        with pytest.raises(refusal):
            setup.answer_probe(sitting=whose, token=sent, content=data, by=asha.user, at=at)
    assert not SystemCheck.objects.exists()


def test_programs_measure_over_the_api(asha, assessment, signed_in):
    """GET the bytes, POST them back, then the tokens: the last answer is the check."""
    sitting = make_sitting(asha, "SYSTEM_CHECK")
    client, address = signed_in(asha.user), f"/api/v1/sittings/{sitting.pk}/probe/"
    sent = client.get(address)
    token, content, answer = sent["X-Probe-Token"], sent.content, {}
    assert len(content) == network.BYTES
    while token:
        answer = client.post(
            address, content, "application/octet-stream", headers={"X-Probe-Token": token}
        ).json()
        token, content = answer["token"], b""
    assert answer["check"]["passed"] is True
    assert sitting.checks.get().kind == "NETWORK"
