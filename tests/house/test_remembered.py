"""What readers said is remembered for as long as the readers are the same, and no longer."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from hitouch.core import sandbox
from onboarding import seeding
from tests import remembered

PICTURE = seeding.picture("a wall").read()


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: Any) -> Path:
    """A place of its own for what is remembered."""
    monkeypatch.setenv("CI", "1")
    monkeypatch.setenv("HITOUCH_VAR", str(tmp_path / "var"))
    return tmp_path / "remembered"


def ask(monkeypatch: Any, said: Any, **facts: Any) -> Any:
    """What comes of asking a sandbox that would say this."""
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "run", lambda job, data, **facts: said)
        reading = remembered.read_each_card_once.__wrapped__()  # type: ignore[attr-defined]
        next(reading)
        try:
            return sandbox.run("hitouch.core.decoding:picture", PICTURE, **facts)
        finally:
            reading.close()


def test_the_same_picture_is_read_once(answers: Path, monkeypatch: Any) -> None:
    """The second time the first answer counts."""
    assert ask(monkeypatch, ({}, b"first")) == ({}, b"first")
    assert ask(monkeypatch, ({}, b"second")) == ({}, b"first")


def test_haste_is_never_remembered(answers: Path, monkeypatch: Any) -> None:
    """How long a reader is waited for does not stand in its answer, so it is really asked."""
    hasty = {"limits": sandbox.Limits(patience_seconds=0.5)}
    assert ask(monkeypatch, ({}, b"first"), **hasty) == ({}, b"first")
    assert ask(monkeypatch, ({}, b"second"), **hasty) == ({}, b"second")


def test_half_an_answer_is_none(answers: Path, monkeypatch: Any) -> None:
    """A run that was killed while it wrote spoils nothing."""
    ask(monkeypatch, ({}, b"first"))
    (kept,) = answers.iterdir()
    kept.write_bytes(kept.read_bytes()[:-3])
    assert ask(monkeypatch, ({}, b"second")) == ({}, b"second")
    assert ask(monkeypatch, ({}, b"third")) == ({}, b"second")


def test_nothing_is_believed_for_long(answers: Path, monkeypatch: Any) -> None:
    """After a week the picture is read again."""
    ask(monkeypatch, ({}, b"first"))
    (kept,) = answers.iterdir()
    long_ago = time.time() - remembered.LONGEST_SECONDS - 1
    os.utime(kept, (long_ago, long_ago))
    assert ask(monkeypatch, ({}, b"second")) == ({}, b"second")


def test_every_part_of_a_reader_counts() -> None:
    """The mark covers what the jobs import, also at second hand, and the sandbox around them."""
    found = {
        str(p.relative_to(remembered.ROOT)) for p in remembered.files_of({"onboarding.aadhaar"})
    }
    assert {
        "onboarding/__init__.py",
        "onboarding/aadhaar.py",
        "onboarding/reading/engine.py",
        "onboarding/reading/painting.py",
        "hitouch/core/sandbox/wire.py",
    } <= found
    assert "hitouch/core/decoding.py" not in found


def test_a_changed_reader_reads_again(tmp_path: Path, monkeypatch: Any) -> None:
    """One other letter in a module far down, and the mark is another."""
    job = ("top:job",)
    monkeypatch.setattr(remembered, "ROOT", tmp_path)
    monkeypatch.setattr(remembered, "LEARNED", ())
    (tmp_path / "top.py").write_text("from middle import end\n")
    (tmp_path / "middle").mkdir()
    (tmp_path / "middle/end.py").write_text("ONE = 1\n")
    before = remembered.made_of(job)
    assert remembered.made_of(job) == before
    (tmp_path / "middle/end.py").write_text("ONE = 2\n")
    assert remembered.made_of(job) != before
