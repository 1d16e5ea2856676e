"""A person's copy of what the assessment keeps, and its deletion."""

from datetime import date

from conftest import NOON, make_staff
from hitouch.core.files import storage
from proctoring import privacy
from proctoring.models import Accommodation, GradingCase, Recording, RescueFile, TimeAdjustment
from proctoring.tests.support.cast import make_graded_sitting
from proctoring.tests.support.productive import add_section, record_answer


def rows_of(agent):
    """A graded sitting with a spoken answer, a rescue file, time added by staff and a case."""
    sitting = make_graded_sitting(agent)
    question = add_section(sitting, "SPEAKING")[0]
    staff = make_staff("Omar", "proctor")
    stored = storage.store_bytes(
        b"{}", name="answers.json", content_type="application/json",
        purpose="proctoring.rescue_file",
    )  # fmt: skip
    RescueFile.objects.create(
        sitting=sitting, file=stored, digest="0" * 64, uploaded_at=NOON, reason="Power cut at home"
    )
    Accommodation.objects.create(
        agent=agent, extra_percent=25, reason="Low sight", granted_by=staff,
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    for kind, by in (("STAFF", staff), ("ACCOMMODATION", None)):
        TimeAdjustment.objects.create(
            sitting=sitting, part=question.part, kind=kind, seconds=60, reason="Illness",
            by=by, at=NOON,
        )  # fmt: skip
    GradingCase.objects.create(question=question, reason="SAMPLE", blocking=False, opened_at=NOON)
    return sitting, record_answer(question)


def test_copy_has_recordings_and_what_was_found(asha, assessment):
    """The copy has spoken answers and rescue files as files, and all that is kept about them."""
    sitting, take = rows_of(asha)
    names = {file.place for file in privacy.files(asha.user)}
    place = f"tests/{sitting.pk}"
    spoken = f"{place}/answer-{take.question.position}-1.webm"
    assert {spoken, f"{place}/answers-1.json"} <= names
    told = privacy.export(asha.user)
    [test] = told["tests"]
    assert test["certificate"]["code"] == sitting.certificate.code
    assert {row["skill"] for row in test["skills"]} >= {"Reading"}
    assert test["files_of_answers"][0]["reason"] == "Power cut at home"
    assert "Illness" in {row["reason"] for row in test["time_added"]}
    assert test["answers"][-1]["recordings"][0]["milliseconds"] == take.duration_ms
    assert told["more_time_in_tests"][0]["reason"] == "Low sight"


def test_nothing_said_about_a_person_is_left(asha, assessment):
    """Deletion leaves no recording, no file, no reason, and nothing to mark."""
    sitting, _ = rows_of(asha)
    privacy.erase(asha.user, at=NOON)
    assert not Recording.objects.exists()
    assert not RescueFile.objects.exists()
    assert not Accommodation.objects.exists()
    assert not GradingCase.objects.filter(state="OPEN").exists()
    reasons = sitting.adjustments.values_list("reason", flat=True)
    assert set(reasons) == {"", "Erased"}
