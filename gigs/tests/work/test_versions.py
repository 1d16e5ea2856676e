"""Each submission of a work stays readable as it was, with its files and the client's answer."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from conftest import NOON
from gigs.engagements import services as gig_services
from gigs.models import Work, WorkVersion
from gigs.tests.support.marketplace import DAY, HOUR, hire, make_slot, seat, work_hours
from gigs.work import queries as work_queries
from gigs.work import services as work_services
from tests.support.funding import seed_rates


def text(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/plain")


@pytest.fixture
def work(asha: Any, fixed: Any, owner: Any) -> Work:
    """Work in three versions, the second of which was sent back as well."""
    seed_rates()
    gig = hire(asha, fixed)
    made = work_services.submit_work(
        gig=gig, summary="Ten calls scored.", by=asha.user, at=NOON,
        uploads=[text("scores.txt", b"1"), text("notes.txt", b"n")],
    )  # fmt: skip
    again = [("Twelve calls scored.", [text("scores.txt", b"2"), text("notes.txt", b"n")], []),
             ("Twelve calls scored, with notes.", [], ["https://docs.example.com/1"])]  # fmt: skip
    for day, (summary, uploads, links) in enumerate(again, start=1):
        made = work_services.request_rework(
            work=made, member=owner, comment=f"Please change {day}.", at=NOON + day * DAY
        )
        made = work_services.submit_rework(
            work=made, summary=summary, by=asha.user, at=NOON + day * DAY + HOUR,
            uploads=uploads, links=links,
        )  # fmt: skip
    return made


def test_nothing_of_an_earlier_version_is_lost(work: Any):
    """Text, time, files and answer of each round, newest first, with what it changed."""
    found = work_queries.versions_of(work_queries.works().get(pk=work.pk))
    assert [(row.version.round, row.version.summary) for row in found] == [
        (3, "Twelve calls scored, with notes."),
        (2, "Twelve calls scored."),
        (1, "Ten calls scored."),
    ]
    assert [row.review and row.review.comment for row in found] == [
        None, "Please change 2.", "Please change 1.",
    ]  # fmt: skip
    assert [[str(one) for one in row.deliverables] for row in found] == [
        ["https://docs.example.com/1"], ["scores.txt", "notes.txt"], ["scores.txt", "notes.txt"],
    ]  # fmt: skip
    second = found[1]
    assert second.changes == [("removed", "Ten"), ("added", "Twelve"), ("same", "calls scored.")]
    assert [str(one) for one in second.added + second.removed] == ["scores.txt", "scores.txt"]


def test_pages_and_api_show_all_versions(
    work: Any, asha: Any, owner: Any, outsiders: Any, browser: Any
):
    """Both sides open the files of old versions; nobody else does."""
    old = work.deliverables.get(round=1, file__name="scores.txt")
    for person, page, file in (
        (asha, "gigs:work", "gigs:file"), (owner, "gigs:client-work", "gigs:client-file"),
    ):  # fmt: skip
        shown = browser(person).get(reverse(page, args=[work.pk])).content.decode()
        assert "Version 1" in shown
        assert "Ten calls scored." in shown
        assert "<del>Ten</del>" in shown
        answer = browser(person).get(reverse(file, args=[work.pk, old.pk]))
        assert answer.content == b"1"
    url = reverse("api:gigs:work", args=[work.pk])
    versions = browser(asha).get(url).json()["versions"]
    assert [row["round"] for row in versions] == [1, 2, 3]
    assert outsiders["another agent"].get(url).status_code == 404
    for name in ("another client", "nobody"):
        answer = outsiders[name].get(reverse("gigs:client-file", args=[work.pk, old.pk]))
        assert answer.status_code in (302, 404)


def test_the_database_keeps_versions(work: Any):
    """Nobody moves or deletes one."""
    for change in (
        lambda: WorkVersion.objects.filter(round=1).update(round=9),
        lambda: WorkVersion.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_hours_that_go_in_by_themselves_are_a_version_too(asha: Any, opportunity: Any):
    """Also the last hours of a gig that ended."""
    gig = hire(asha, opportunity)
    work_hours(seat(asha, make_slot(opportunity)), HOUR)
    gig_services.end_gig(gig=gig, why="Over.", by=None, at=NOON + 4 * DAY)
    version = WorkVersion.objects.get()
    assert (version.round, version.summary) == (1, gig_services.LAST_HOURS)


def test_a_forged_file_is_no_version(asha: Any, fixed: Any):
    """A file that is not what its name says is refused, and nothing is submitted."""
    gig = hire(asha, fixed)
    fake = SimpleUploadedFile(
        "report.pdf", b"MZ\x90\x00\x03\x00\x00\x00\xff\xfe", "application/pdf"
    )
    with pytest.raises(Exception, match=r".") as refused:
        work_services.submit_work(gig=gig, summary="Done.", by=asha.user, at=NOON, uploads=[fake])
    assert hasattr(refused.value, "code")
    assert not WorkVersion.objects.exists()
