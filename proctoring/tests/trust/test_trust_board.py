"""The trust board: precision by people's rulings, log-only by itself, known cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from hitouch.core.models import OperationsAlarm
from proctoring.models import DetectorMode, MonitoringConnection, Ruling
from proctoring.policies.queries import log_only_kinds
from proctoring.review import services as review
from proctoring.tests.support.cast import make_graded_sitting, make_sitting
from proctoring.tests.support.review import case_of, make_held_sitting, observe
from proctoring.trust import queries, services
from proctoring.trust.known_cases import NotInvented, is_invented, seed_known_case
from proctoring.trust.precision import LEAST_RULINGS, Precision


@given(st.integers(0, 500), st.integers(0, 500))
def test_interval_holds_the_share(confirmed, overturned):
    """The interval lies in 0 to 1 around the share, and is narrower with more rulings."""
    found = Precision(confirmed, overturned)
    if not found.ruled:
        assert (found.share, found.low, found.high) == (None, None, None)
        return
    assert -1e-9 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 1 + 1e-9
    more = Precision(confirmed * 4, overturned * 4)
    assert more.high - more.low < found.high - found.low


def test_interval_as_published():
    """Wilson's interval of 81 in 263 at 95 % is 0.2553 to 0.3662 (Newcombe 1998)."""
    found = Precision(81, 263 - 81)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def rule(sitting, kind, proctor, *, confirmed, dismissed, **facts):
    """Entries of a kind with rulings of a person."""
    for verdict, number in (("CONFIRMED", confirmed), ("DISMISSED", dismissed)):
        for _ in range(number):
            row = observe(sitting, kind, **facts)
            review.add_ruling(row, verdict=verdict, reason="Seen.", by=proctor, at=NOON)


def test_seldom_confirmed_detector_is_only_logged(asha, assessment, proctor):
    """Under 70 in 100 of at least twenty rulings a kind loses its consequences, with an alarm."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    rule(sitting, "PASTE", proctor, confirmed=13, dismissed=7)
    rule(sitting, "COPY", proctor, confirmed=14, dismissed=6)
    rule(sitting, "SHORTCUT", proctor, confirmed=0, dismissed=LEAST_RULINGS - 1)
    (mode,) = services.judge_detectors(at=NOON)
    assert (mode.kind, mode.mode, round(mode.precision, 2)) == ("PASTE", "LOG_ONLY", 0.65)
    assert mode.low < mode.precision < mode.high
    assert log_only_kinds() == {"PASTE"}
    assert OperationsAlarm.objects.filter(name="detector.paste").exists()
    assert services.judge_detectors(at=NOON) == []
    given_back = services.set_mode(
        kind="PASTE", mode="ENFORCED", reason="Mended.", by=proctor, at=NOON
    )
    assert (given_back.by, log_only_kinds()) == (proctor, frozenset())
    assert not OperationsAlarm.objects.filter(name="detector.paste").exists()


def test_the_last_ruling_of_a_person_counts(asha, assessment, proctor):
    """A finding that was dismissed and then confirmed is one confirmed finding."""
    sitting = make_sitting(asha, "IN_PROGRESS")
    row = observe(sitting, "PASTE")
    observe(sitting, "PASTE", standing="NOTED", severity="INFO")
    for verdict in ("DISMISSED", "CONFIRMED"):
        review.add_ruling(row, verdict=verdict, reason="Seen.", by=proctor, at=NOON)
    (figures,) = queries.board(NOON)
    precision = figures.whole.precision
    assert (figures.whole.flagged, precision.confirmed, precision.overturned) == (1, 1, 0)


def test_figures_by_circumstance(asha, assessment, proctor, signed_in):
    """Page and API tell devices, networks and light apart."""
    sitting = make_sitting(asha, "IN_PROGRESS", monitored=False)
    places = [("laptop", 30), ("laptop", 90), ("phone", 200), ("phone", None)]
    for device, luminance in places:
        page = MonitoringConnection.objects.create(
            sitting=sitting, device=sitting.pk, client="PAGE", state="CLOSED",
            opened_at=NOON, last_beat_at=NOON, ended_at=NOON,
            facts={"device_class": device, "luminance": luminance},
        )  # fmt: skip
        rule(sitting, "NO_FACE", proctor, confirmed=1, dismissed=0, connection=page)
    client = signed_in(proctor)
    (shown,) = client.get("/api/v1/staff/trust/").json()
    named = {
        name: {row["name"]: row["flagged"] for row in rows}
        for name, rows in shown["circumstances"].items()
    }
    assert named["device"] == {"laptop": 2, "phone": 2}
    assert named["light"] == {"dark": 1, "dim": 1, "bright": 1, "not known": 1}
    page = client.get("/proctor/trust/").content.decode()
    assert "Device: laptop" in page


def test_mode_by_page_and_api(assessment, proctor, signed_in):
    """Proctors change a detector's mode with a reason, by page and API."""
    client = signed_in(proctor)
    client.post("/proctor/trust/PASTE/", {"mode": "LOG_ONLY", "reason": "Too many."})
    assert log_only_kinds() == {"PASTE"}
    body = {"mode": "ENFORCED", "reason": "Mended."}
    address = "/api/v1/staff/trust/detectors/PASTE/"
    assert client.post(address, body, "application/json").json()["mode"] == "ENFORCED"
    assert client.post(address, body, "application/json").status_code == 409
    assert DetectorMode.objects.count() == 2


def test_known_cases_measure_reviewers(asha, ravi, assessment, proctor, signed_in):
    """A known case looks like any other, and counts for the reviewer who decides it."""
    sitting = make_graded_sitting(asha)
    case = seed_known_case(sitting=sitting, verdict="CLEAR", at=NOON)
    other = make_held_sitting(ravi)
    client = signed_in(proctor)
    for address in ("/proctor/reviews/", f"/proctor/{sitting.pk}/", "/api/v1/staff/reviews/",
                    f"/api/v1/staff/reviews/{case.pk}/"):  # fmt: skip
        shown = client.get(address).content.decode()
        assert "Seeded" not in shown
        assert "KNOWN" not in shown
        assert "known_verdict" not in shown
    review.decide_case(case=case, verdict="UPHOLD", reason="Seen.", by=proctor, at=NOON)
    review.decide_case(case=case_of(other), verdict="CLEAR", reason="", by=proctor, at=NOON)
    (figures,) = queries.reviewer_figures(NOON)
    assert (figures.reviewer, figures.agreement) == (proctor, Precision(0, 1))
    (row,) = client.get("/api/v1/staff/trust/reviewers/").json()
    assert (row["decided"], row["agreement"]) == (1, 0.0)


def test_real_people_are_never_seeded(asha, assessment):
    """Only sittings of people whose address nobody can have become known cases."""
    sitting = make_graded_sitting(asha)
    asha.user.email = "asha@gmail.com"
    asha.user.save()
    with pytest.raises(NotInvented):
        seed_known_case(sitting=sitting, verdict="CLEAR", at=NOON)
    assert [is_invented(each) for each in ("a@example.com", "a@x.invalid", "a@notexample.com")] == [
        True, True, False,
    ]  # fmt: skip


def test_rulings_of_the_rules_are_no_rulings_of_people(asha, assessment):
    """Without a person's ruling nothing is known of a detector."""
    observe(make_sitting(asha, "IN_PROGRESS"), "PASTE")
    (figures,) = queries.board(NOON)
    assert (figures.whole.flagged, figures.whole.precision.share) == (1, None)
    assert not Ruling.objects.exclude(by=None).exists()
