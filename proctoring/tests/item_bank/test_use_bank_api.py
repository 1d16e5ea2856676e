"""The item bank by API, files by page, API and command, and who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from conftest import NOON
from proctoring.item_bank import services
from proctoring.item_bank.interchange import csv_items
from proctoring.item_bank.interchange import services as interchange
from proctoring.models import Item, ItemFlag
from proctoring.tests.item_bank.test_interchange import RECORDS

ITEMS = "/api/v1/staff/items/"
FILES = "/admin/proctoring/item/files/"
GOOD = csv_items.write(RECORDS[3:4] + RECORDS[:1])


def upload(data: bytes = GOOD) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("items.csv", data, "text/csv")}


def test_list_and_detail(author, live, signed_in):
    """Authors list items by filters, and read one with its keys."""
    client = signed_in(author)
    (row,) = client.get(ITEMS, {"kind": "READING_MCQ", "state": "LIVE"}).json()["data"]
    assert (row["code"], row["difficulty"], row["flagged"]) == (live.code, -1.8, False)
    assert client.get(ITEMS, {"flagged": "true"}).json()["data"] == []
    assert client.get(ITEMS, {"levle": "A2"}).status_code == 400
    detail = client.get(f"{ITEMS}{live.pk}/").json()
    assert detail["versions"][0]["key"]["key"] == "b"


def test_review_by_api(author, checker, draft, signed_in):
    """Authors hand a draft over, reviewers decide, and nobody on their own."""
    url = f"{ITEMS}{draft.item.pk}/"
    assert signed_in(author).post(f"{url}request-review/").status_code == 200
    assert signed_in(author).post(f"{url}decide/", {"outcome": "LIVE"}).status_code == 403
    client = signed_in(checker)
    for body, status in [({"outcome": "RETIRED"}, 422), ({"outcome": "TRIAL"}, 200)]:
        answer = client.post(f"{url}decide/", body, "application/json")
        assert answer.status_code == status
    assert answer.json()["state"] == "TRIAL"
    again = client.post(f"{url}decide/", {"outcome": "LIVE"}, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "review_decided")


def test_flags_and_states_by_api(author, checker, live, signed_in):
    """A doubt is reported and closed, and an item retired with a reason."""
    url = f"{ITEMS}{live.pk}/"
    signed_in(author).post(f"{url}report/", {"reason": "Two fit."}, "application/json")
    flag = ItemFlag.objects.get()
    client = signed_in(checker)
    resolve = f"/api/v1/staff/item-flags/{flag.pk}/resolve/"
    assert client.post(resolve, {}, "application/json").status_code == 422
    assert client.post(resolve, {"resolution": "Fine"}, "application/json").status_code == 200
    assert client.post(resolve, {"resolution": "Fine"}, "application/json").status_code == 409
    moved = client.post(f"{url}retire/", {"reason": "Old."}, "application/json")
    assert moved.json()["state"] == "RETIRED"
    for verb, state in [("revive", "LIVE"), ("return-to-trial", "TRIAL")]:
        moved = client.post(f"{url}{verb}/", {"reason": "Cleared."}, "application/json")
        assert moved.json()["state"] == state


def test_files_by_api(author, signed_in):
    """An author imports a file as drafts and exports the bank; faults are listed by row."""
    client = signed_in(author)
    wrong = client.post(f"{ITEMS}import/", upload(GOOD.replace(b",A1,", b",Z9,")))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_import")
    assert wrong.json()["faults"][0].startswith("Row 3, level")
    assert client.post(f"{ITEMS}import/", upload()).json()["created"] == ["f-1", "r-1"]
    assert client.get(f"{ITEMS}export/csv/").content == interchange.export_csv()
    assert client.get(f"{ITEMS}export/qti/").content.startswith(b"PK")


def test_files_by_page(author, checker, signed_in):
    """The page imports for authors, exports for reviewers too, and shows each fault."""
    client = signed_in(author)
    page = client.post(FILES, upload(GOOD.replace(b",A1,", b",Z9,"))).content.decode()
    assert "Row 3" in page
    assert not Item.objects.exists()
    assert client.post(FILES, upload()).status_code == 302
    assert Item.objects.count() == 2
    reviewer = signed_in(checker)
    assert reviewer.post(FILES, upload()).status_code == 403
    export = reverse("admin:proctoring_item_export", args=["csv"])
    assert reviewer.post(export).content == interchange.export_csv()


def test_files_by_command(author, checker, tmp_path):
    """The commands export by suffix and import for an author, and name what is wrong."""
    file = tmp_path / "items.csv"
    file.write_bytes(GOOD)
    call_command("import_items", file, by=author.email)
    assert Item.objects.get(code="r-1").author == author
    for name in ("out.csv", "out.zip"):
        call_command("export_items", tmp_path / name)
        call_command("import_items", tmp_path / name, by=author.email)
    assert Item.objects.count() == 2
    file.write_bytes(GOOD.replace(b",A1,", b",Z9,"))
    for options, said in [
        ({"by": author.email}, "Row 3, level"),
        ({"by": checker.email}, "no author"),
        ({"by": "nobody@example.com"}, "no author"),
    ]:
        with pytest.raises(CommandError, match=said):
            call_command("import_items", file, **options)


def test_who_may_not_by_api(live, asha, proctor, reviewer, checker, author, signed_in, client):
    """Neither agents nor other staff read keys or change items; roles keep to their own part."""
    url = f"{ITEMS}{live.pk}/"
    for person in (asha.user, reviewer, proctor):
        stranger = signed_in(person)
        for path in (ITEMS, url, f"{ITEMS}export/csv/"):
            assert stranger.get(path).status_code == 403
        assert stranger.post(f"{ITEMS}import/", upload()).status_code == 403
        assert stranger.post(f"{url}retire/", {"reason": "x"}).status_code == 403
        assert stranger.get(FILES).status_code in (302, 403)
    assert client.get(url).status_code == 401
    assert signed_in(checker).post(f"{ITEMS}import/", upload()).status_code == 403
    assert signed_in(author).post(f"{url}retire/", {"reason": "x"}).status_code == 403
    services.retire_item(item=live, reason="Still live", by=checker, at=NOON)
