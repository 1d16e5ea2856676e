"""The pages of the item bank: list, item, drafts, review, flags, clips, and who may not."""

import io

import av
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conftest import NOON
from proctoring.item_bank import services
from proctoring.models import Item, ItemFlag, ItemReview, ItemVersion
from proctoring.tests.item_bank.conftest import READING

LIST = "/admin/proctoring/item/"


def url(item: Item, name: str = "item", *args: object) -> str:
    return reverse(f"admin:proctoring_item_{name}", args=[item.pk, *args])


def typed(**changes: str) -> dict[str, str]:
    return {
        "code": "r-page-1", "level": "B1", "topic": "orders", "passage": "Ravi sells pens.",
        "text": "What does Ravi sell?", "option_a": "Pens", "option_b": "Books", "key": "a",
    } | changes  # fmt: skip


def test_author_writes_and_hands_over(author, checker, signed_in):
    """An author writes an item on a page and hands it over; a reviewer publishes it."""
    client = signed_in(author)
    new = reverse("admin:proctoring_item_new", args=["READING_MCQ"])
    assert client.get(new).status_code == 200
    wrong = client.post(new, typed(key="c"))
    assert "Choose the correct option." in wrong.content.decode()
    assert client.post(new, typed()).status_code == 302
    item = Item.objects.get()
    client.post(url(item, "draft"), typed(text="What is for sale?"))
    client.post(url(item, "request-review"))
    reviewer = signed_in(checker)
    page = reviewer.get(url(item)).content.decode()
    assert "What is for sale?" in page
    assert "Approve as live" in page
    reviewer.post(url(item, "decide"), {"outcome": "LIVE", "comment": ""})
    item.refresh_from_db()
    assert item.state == "LIVE"


def test_reviewer_does_not_decide_on_their_own(author, checker, draft, signed_in):
    """The page offers no decision to who asked for the review, and refuses one that is posted."""
    services.request_review(version=draft, by=checker, at=NOON)
    client = signed_in(checker)
    assert "another person decides" in client.get(url(draft.item)).content.decode()
    refused = client.post(url(draft.item, "decide"), {"outcome": "LIVE"})
    assert "Another person has to decide" in refused.content.decode()
    assert ItemReview.objects.get().decided_at is None


def test_list_has_a_constant_number_of_queries(
    author, assessment, signed_in, django_assert_max_num_queries
):
    """The list shows figures, flags and exposure of fifty items with a fixed number of queries."""
    client = signed_in(author)
    client.get(LIST)
    with django_assert_max_num_queries(25):
        page = client.get(LIST).content.decode()
    assert "-3.00 ± 0.60, author" in page
    assert client.get(LIST, {"work": "flagged"}).content.decode().count("field-code") == 0
    shown = client.get(LIST, {"topic": "schedules", "level": "A1"}).content.decode()
    assert 0 < shown.count("field-code") < page.count("field-code")


def test_keys_are_for_authors_and_reviewers(live, proctor, author, signed_in):
    """A proctor sees the item as candidates do, without key, script or diffs of keys."""
    assert 'id="key"' not in signed_in(proctor).get(url(live)).content.decode()
    assert 'id="key"' in signed_in(author).get(url(live)).content.decode()


def test_preview_is_the_page_of_the_assessment(live, proctor, author, signed_in):
    """The preview shows the question by the template of the assessment, the key to authors only."""
    page = signed_in(author).get(url(live, "preview")).content.decode()
    assert "body-exam" in page
    assert page.count('type="radio"') == 3
    assert "At ten" in page[page.index('id="key"') :]
    assert 'id="key"' not in signed_in(proctor).get(url(live, "preview")).content.decode()


def test_who_may_not(live, draft, asha, reviewer, proctor, author, checker, signed_in, client):
    """Strangers see nothing; each role does what is its own."""
    posts = [
        "start", "discard", "audio", "request-review", "decide", "excludes", "report",
    ]  # fmt: skip
    for person in (asha.user, reviewer):
        stranger = signed_in(person)
        assert stranger.get(url(live)).status_code in (302, 403)
        assert {stranger.post(url(live, name)).status_code for name in posts} <= {302, 403}
    assert client.get(url(live)).status_code == 302
    watcher = signed_in(proctor)
    assert {watcher.post(url(live, name)).status_code for name in posts[:-1]} == {403}
    move = url(live, "move", "retire")
    assert signed_in(author).post(move, {"reason": "Odd"}).status_code == 403
    assert signed_in(checker).post(url(live, "start")).status_code == 403
    live.refresh_from_db()
    assert (live.state, live.versions.count()) == ("LIVE", 1)


def test_flags_and_states_by_page(live, author, checker, signed_in):
    """A doubt is reported and closed, and the item retired, on its page."""
    signed_in(author).post(url(live, "report"), {"reason": "Two options fit."})
    flag = ItemFlag.objects.get()
    client = signed_in(checker)
    assert "Two options fit." in client.get(url(live)).content.decode()
    client.post(url(live, "resolve", flag.pk), {"resolution": "Only one fits."})
    flag.refresh_from_db()
    assert flag.resolution == "Only one fits."
    client.post(url(live, "place"), {"level": "B2", "topic": "Not A Topic"})
    client.post(url(live, "place"), {"level": "B2", "topic": "hours"})
    live.refresh_from_db()
    assert (live.level, live.topic) == ("B2", "hours")
    client.post(url(live, "move", "retire"), {"reason": ""})
    live.refresh_from_db()
    assert live.state == "LIVE"
    client.post(url(live, "move", "retire"), {"reason": "Old."})
    live.refresh_from_db()
    assert live.state == "RETIRED"


def clip(seconds: float = 1.0) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as made:
        stream = made.add_stream("libopus", rate=48_000, layout="mono")
        tone = np.sin(np.arange(int(48_000 * seconds)) / 20).astype(np.float32)[None, :] / 3
        frame = av.AudioFrame.from_ndarray(tone, format="flt", layout="mono")
        frame.sample_rate = 48_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            made.mux(packet)
    return out.getvalue()


def test_clip_is_replaced_by_upload(author, signed_in):
    """An author uploads the clip of a draft; what is no sound is refused with a sentence."""
    version = services.create_item(
        code="l-1", kind="AUDIO_MCQ", level="A1", topic="calls", content=READING, by=author, at=NOON
    )
    client = signed_in(author)
    for data, said in [
        (b"", "submitted file is empty"),
        (b"MZ no sound at all", "cannot play"),
        (clip(), "replaced"),
    ]:
        file = SimpleUploadedFile("clip.mp3", data, "audio/mpeg")
        page = client.post(url(version.item, "audio"), {"audio": file}, follow=True)
        if data:
            assert said in page.content.decode()
    stored = ItemVersion.objects.get().audio
    assert (stored.name, stored.content_type) == ("clip.ogg", "audio/ogg")
    assert "<audio" in client.get(url(version.item)).content.decode()


@pytest.mark.parametrize("kind", ["AUDIO_MCQ", "FILL_BLANK", "SPEAKING", "WRITING"])
def test_form_of_each_kind(kind, author, signed_in):
    """Each kind has a form with its own fields."""
    page = signed_in(author).get(reverse("admin:proctoring_item_new", args=[kind]))
    named = {
        "AUDIO_MCQ": "option_a", "FILL_BLANK": "accepted", "SPEAKING": "seconds",
        "WRITING": "max_words",
    }  # fmt: skip
    assert f'name="{named[kind]}"' in page.content.decode()
