"""PDFs with a password: unlocking, and PDFs that only restrict printing."""

import io
import logging

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hitouch.core.files import storage
from hitouch.core.tests.support.hostile import pdf

PASSWORD = "ASHA1998"


def locked(user: str = PASSWORD, *, revision: int = 6, aes: bool = True) -> bytes:
    encryption = pikepdf.Encryption(
        user=user,
        owner="owner",
        R=revision,
        aes=aes and revision > 3,
        metadata=aes and revision > 3,
    )
    return pdf(encryption=encryption)


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("eaadhaar.pdf", data)


def test_locked_and_broken_pdfs_have_different_refusals() -> None:
    """The refusal has its own code, so that the page can ask for the password."""
    with pytest.raises(storage.PasswordNeeded) as refused:
        storage.fresh_picture(upload(locked()), pages=2)
    assert refused.value.code == "password_needed"
    assert storage.is_locked_pdf(locked())
    assert not storage.is_locked_pdf(pdf())
    assert not storage.is_locked_pdf(b"%PDF-1.7 broken")


@pytest.mark.parametrize(
    ("revision", "aes"), [(2, False), (3, False), (4, False), (4, True), (6, True)]
)
def test_every_standard_encryption_opens_with_its_password(revision: int, aes: bool) -> None:
    """RC4 of 40 and 128 bits, AES of 128 and 256: the result needs no password."""
    plain = storage.unlock_pdf(locked(revision=revision, aes=aes), password=PASSWORD)
    with pikepdf.open(io.BytesIO(plain)) as opened:
        assert not opened.is_encrypted
    assert storage.decode_picture(plain, pages=2).startswith(b"\xff\xd8")


@pytest.mark.parametrize("typed", [" ASHA1998 ", "asha1998", "Asha 1998"])
def test_password_is_accepted_as_phone_keyboards_write_it(typed: str) -> None:
    """An e-Aadhaar's password is in capitals without blanks; keyboards add and change both."""
    assert storage.unlock_pdf(locked(), password=typed)


@pytest.mark.parametrize("password", ["Ünïcode 1", "नमस्ते", "pass word"])
def test_a_password_in_any_script_opens(password: str) -> None:
    """AES-256 PDFs take passwords in UTF-8."""
    assert storage.unlock_pdf(locked(password), password=password)


@pytest.mark.parametrize("wrong", ["", "ASHA1999", "A" * 500, "\x00"])
def test_wrong_password_is_not_repeated_in_the_refusal(
    wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the exception nor the log repeats what was typed."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(storage.WrongPdfPassword) as refused:
        storage.unlock_pdf(locked(), password=wrong)
    assert refused.value.__cause__ is None
    if wrong.strip("\x00"):
        assert wrong not in f"{refused.value!r}{refused.value.__dict__}{caplog.text}"


def test_a_pdf_that_only_restricts_printing_needs_no_password() -> None:
    """It opens everywhere without one, so it is read as any other."""
    restricted = pdf(encryption=pikepdf.Encryption(owner="b"))
    assert not storage.is_locked_pdf(restricted)
    assert storage.fresh_picture(upload(restricted), pages=2)
    assert storage.unlock_pdf(restricted, password="anything")
    assert storage.unlock_pdf(pdf(), password="anything") == pdf()


@pytest.mark.django_db
def test_a_locked_deliverable_is_refused_with_advice() -> None:
    """Where no password can be entered the message says what to do instead."""
    with pytest.raises(storage.PasswordNeeded, match="Save it without one"):
        storage.store_upload(upload(locked()), purpose="test")


def test_what_is_no_pdf_is_not_unlocked() -> None:
    """A picture or text is refused, whatever the password."""
    for data in (b"hello", b"%PDF-1.7 broken"):
        with pytest.raises(storage.InvalidFile) as refused:
            storage.unlock_pdf(data, password=PASSWORD)
        assert not isinstance(refused.value, storage.WrongPdfPassword)


def test_an_unlocked_pdf_is_checked_like_any_other() -> None:
    """An unlocked PDF passes the same checks: a script is refused."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    def act(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = script

    data = pdf(act, encryption=pikepdf.Encryption(user=PASSWORD, owner="b"))
    plain = storage.unlock_pdf(data, password=PASSWORD)
    with pytest.raises(storage.InvalidFile, match="script"):
        storage.decode_picture(plain, pages=2)


def test_a_picture_is_not_a_locked_pdf() -> None:
    """Pictures are decoded as before."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    assert not storage.is_locked_pdf(out.getvalue())
