"""Certificates: issued once, checked by anyone, withdrawn with the result."""

import re
from datetime import timedelta

import pypdfium2
import pytest

from conftest import NOON
from hitouch.core.rate_limits import RateLimit
from proctoring.models import LevelCertificate
from proctoring.results import certificates
from proctoring.review import services as review
from proctoring.tests.support.cast import make_graded_sitting


@pytest.fixture
def code(passed) -> str:
    """The code of Asha's certificate."""
    return passed.certificate.code


def check(client, code: str):
    return client.get(f"/certificates/{code}/"), client.get(f"/api/v1/certificates/{code}/")


def test_issued_once_for_a_level_that_passes(asha, passed):
    """A result that passes has one certificate, also if it is announced again."""
    certificates.issue_certificate(sitting=passed, at=NOON)
    found = LevelCertificate.objects.get()
    assert (found.sitting, found.holder_name) == (passed, "Asha Rao")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{10}", found.code)


def test_none_for_a_level_below(asha, assessment):
    """A1 does not pass, so there is no certificate."""
    make_graded_sitting(asha, levels=("A1",))
    assert not LevelCertificate.objects.exists()


def test_anyone_can_check_it(passed, code, client):
    """Without a log-in page and API show name, level and day, and that it is valid."""
    page, answer = check(client, certificates.shown(code))
    assert (page.status_code, answer.status_code) == (200, 200)
    shown = page.content.decode()
    assert "This certificate is valid" in shown
    assert "Asha Rao" in shown
    assert "A proctor still reviews" in shown
    found = answer.json()
    assert (found["valid"], found["name"], found["level"]) == (True, "Asha Rao", "C2")
    assert found["code"] == certificates.shown(code)
    assert page["X-Robots-Tag"] == "noindex"


def test_confirmed_result_says_so(passed, code, proctor, client):
    """After the proctor's decision the page says that the identity was confirmed."""
    review.clear_sitting(sitting=passed, by=proctor, at=NOON)
    page, answer = check(client, code)
    assert "A proctor has confirmed" in page.content.decode()
    assert answer.json()["is_confirmed"] is True


def test_withdrawn_with_the_result(passed, code, proctor, client, asha, signed_in):
    """After a cancellation the code says withdrawn, without the reason, and the PDF is gone."""
    review.void_sitting(sitting=passed, reason="A secret reason.", by=proctor, at=NOON)
    page, answer = check(client, code)
    shown = page.content.decode()
    assert "This certificate was withdrawn" in shown
    assert "secret" not in shown + answer.content.decode()
    assert (answer.json()["valid"], bool(answer.json()["withdrawn_at"])) == (False, True)
    assert signed_in(asha.user).get(f"/assessment/{passed.pk}/certificate/").status_code == 404


def test_name_on_it_stays(passed, code, asha, client):
    """A later change of the profile does not change what was certified."""
    asha.given_name = "Other"
    asha.save()
    assert "Asha Rao" in check(client, code)[0].content.decode()


@pytest.mark.parametrize(
    "wrong", ["0000000000", "X", "\u0928\u092e\u0938\u094d\u0924\u0947", "a" * 300, "%00", "'--"]
)
def test_unknown_codes_get_one_answer(code, client, wrong):
    """Unknown and malformed codes get the same answer, so that nothing can be guessed from it."""
    page, answer = check(client, wrong)
    assert answer.status_code == 404
    assert page.status_code == 404
    if re.fullmatch(r"[\w-]+", wrong, re.ASCII):
        assert "We have no certificate with this code" in page.content.decode()


@pytest.mark.parametrize(
    "typed", [str.lower, certificates.shown, lambda code: f" {code[:5]} {code[5:]} "]
)
def test_codes_are_read_as_people_type_them(code, client, typed):
    """Small letters, dashes and spaces do not matter; O is 0, and I and L are 1."""
    answer = client.post("/certificates/", {"code": typed(code)})
    assert (answer.status_code, answer.url) == (302, f"/certificates/{certificates.shown(code)}/")
    assert certificates.normalise("o0iIlL") == "001111"


def test_empty_code_is_asked_for(client, db):
    """The form asks for a code."""
    assert client.get("/certificates/").status_code == 200
    assert b'aria-invalid="true"' in client.post("/certificates/", {"code": ""}).content


def test_guessing_is_limited(code, client, monkeypatch):
    """Too many checks from one network are refused, by page and API."""
    limit = RateLimit("certificates-of-this-test", tries=1, seconds=600)
    monkeypatch.setattr(certificates, "VERIFY", limit)
    assert client.get(f"/certificates/{code}/").status_code == 200
    page, answer = check(client, code)
    assert (page.status_code, answer.status_code) == (429, 429)
    assert "Too many attempts" in page.content.decode()
    assert "Asha" not in page.content.decode()


def test_pdf(passed, code, asha, signed_in):
    """The PDF names person, level, score, skills, code and where to check it; always the same."""
    client = signed_in(asha.user)
    first, second = (client.get(f"/assessment/{passed.pk}/certificate/") for _ in range(2))
    assert first["Content-Type"] == "application/pdf"
    assert first.content == second.content

    (page,) = pypdfium2.PdfDocument(first.content)
    text = page.get_textpage().get_text_range()
    known = ("Asha Rao", "C2", "mastery", "Reading", certificates.shown(code), "/certificates/")
    assert [words for words in known if words not in text] == []


def test_old_certificate_outlives_a_worse_retake(asha, passed, code, client):
    """A later, lower result does not touch the certificate of the earlier one."""
    make_graded_sitting(asha, levels=("A1",), at=NOON + timedelta(days=1))
    assert check(client, code)[1].json()["valid"] is True
