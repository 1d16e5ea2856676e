"""The page of the running assessment in a real browser: nothing that was written is lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, BrowserContext, Page, Route, expect

from accounts.models import Agent
from hitouch.core.files import storage
from proctoring import queries
from proctoring.delivery import sealed_files, services
from proctoring.models import AudioPlay, Recording, RecordingChunk, Sitting, SittingSection
from proctoring.tests.sound.conftest import silence
from tests.browser.asgi_site import AsgiSite, in_thread
from tests.browser.page_checks import assert_page_ok, assert_page_ok_in_both_schemes
from tests.browser.sittings import (
    answer,
    begin,
    enter,
    go_to,
    held,
    make_items,
    open_questions,
    session_cookie,
    wait_for,
)
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile("^Saved ")


def type_answer(page: Page, text: str) -> None:
    page.locator("[data-question]:visible .gap").press_sequentially(text, delay=20)


def all_saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_attribute("data-state", "saved")
    expect(page.locator("#saved")).to_have_text(SAVED)


def end_section_in(sitting: Sitting, seconds: float) -> None:
    """The open section ends in some seconds."""
    part = queries.current_section(sitting)
    assert part is not None
    ends = timezone.now() + timedelta(seconds=seconds)
    SittingSection.objects.filter(pk=part.pk).update(
        opened_at=ends - timedelta(minutes=part.section.minutes), ends_at=ends
    )


#: Keeps every text that the clock shows from now on.
KEEP_CLOCK_TEXTS = """() => {
    const clock = document.getElementById("clock");
    window.clockTexts = [];
    new MutationObserver(() => window.clockTexts.push(clock.textContent))
        .observe(clock, {childList: true, characterData: true, subtree: true});
}"""


def ask_again(page: Page) -> None:
    """The page asks the server for the deadline, as when somebody comes back to it."""
    page.evaluate("() => dispatchEvent(new Event('focus'))")


def go_offline(page: Page) -> None:
    """Without waiting for the browser to notice by itself."""
    page.context.set_offline(True)


def test_answers_are_saved_and_shown_again(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """What is chosen, typed and marked is at the server, in one chain, and on the page again."""
    page = open_questions(context(), sitting)
    chosen = answer(page, 2, 1)
    page.locator("[data-marks]:visible").click()
    all_saved(page)
    wait_for(lambda: held(sitting, 2) == chosen, "the answer does not arrive")
    wait_for(lambda: sitting.entries.filter(kind="MARK").exists(), "the mark does not arrive")
    page.reload()
    enter(page)
    button = page.locator("#map button[data-goes]").nth(1)
    expect(button).to_have_attribute("aria-label", "Question 2, answered, marked")
    go_to(page, 2)
    expect(page.locator(f"[data-question]:visible input[value={chosen}]")).to_be_checked()
    answer(page, 1, 0)
    all_saved(page)
    entries = sitting.entries.order_by("sequence")
    assert len({row.device for row in entries}) == 1
    hashes = [row.hash for row in entries]
    assert [row.previous_hash for row in entries] == ["", *hashes[:-1]]


def test_the_page_looks_at_the_face_while_one_writes(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """The detector loads after the questions are there, and finds the one face of the camera."""
    page = open_questions(context(), sitting)
    expect(page.locator("#eye")).to_have_attribute("data-faces", "1")
    expect(page.locator("#eye-words")).to_be_empty()


def test_offline_over_the_end_of_a_section(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """Answers given offline before the end count; the page stays, says so, and goes on itself."""
    page = open_questions(context(), sitting)
    end_section_in(sitting, 20)
    ask_again(page)
    expect(page.locator("#clock")).to_have_text(re.compile("^0:"))
    go_offline(page)
    given = [answer(page, number, number % 3) for number in (1, 2, 3, 4)]
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("4 waiting")
    expect(page.get_by_role("heading", name="Time is over")).to_be_visible()
    expect(page.locator("#over-text")).to_have_text("Sending what you wrote (4 waiting).")
    assert page.url.endswith("/questions/")
    assert not sitting.entries.exists()
    page.context.set_offline(False)
    expect(page.locator("#where")).to_contain_text("Section 2 of")
    assert [held(sitting, number) for number in (1, 2, 3, 4)] == given
    assert set(sitting.entries.values_list("late", flat=True)) == {True}
    expect(page.locator("#questions")).to_be_visible()


def test_response_that_was_overtaken_is_out_of_date(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """A slow response with the old deadline does not replace the new one."""
    page = open_questions(context(), sitting)
    slow: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if slow:
            route.continue_()
        else:
            slow.append((route, route.fetch()))

    page.wait_for_load_state("networkidle")
    page.route("**/api/v1/sittings/*/questions/", hold_the_first)
    with page.expect_request("**/api/v1/sittings/*/questions/"):
        ask_again(page)
    wait_until(lambda: page.evaluate("1") and slow)
    end_section_in(sitting, 42)
    ask_again(page)
    clock = page.locator("#clock")
    expect(clock).to_have_text(re.compile("^0:"))
    page.evaluate(KEEP_CLOCK_TEXTS)
    route, response = slow[0]
    route.fulfill(response=response)
    expect(clock).to_have_text(re.compile("^0:[0-3]"))
    texts = page.evaluate("window.clockTexts")
    assert texts
    assert all(text.startswith("0:") for text in texts)


def test_end_of_the_sitting_offline(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """The last section ends offline: what was typed half a second before counts as well."""
    in_thread(services.close_section, sitting=sitting, position=1, at=timezone.now())
    page = open_questions(context(), sitting)
    end_section_in(sitting, 20)
    ask_again(page)
    expect(page.locator("#clock")).to_have_text(re.compile("^0:"))
    go_offline(page)
    number = int(str(page.locator("[data-question]:visible").get_attribute("data-position")))
    type_answer(page, "because of the rain")
    expect(page.get_by_role("heading", name="Time is over")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    assert held(sitting, number) == "because of the rain"
    sitting.refresh_from_db()
    assert sitting.state != "IN_PROGRESS"


def test_answers_that_come_too_late_go_to_staff(
    context: Callable[..., BrowserContext], sitting: Sitting, settings: Any
) -> None:
    """After the grace the page of the result offers what this browser still holds, sealed."""
    settings.HITOUCH_ANSWER_GRACE_SECONDS = 0
    in_thread(services.close_section, sitting=sitting, position=1, at=timezone.now(), confirm=True)
    page = open_questions(context(), sitting)
    end_section_in(sitting, 20)
    ask_again(page)
    expect(page.locator("#clock")).to_have_text(re.compile("^0:"))
    go_offline(page)
    type_answer(page, "because")
    expect(page.get_by_role("heading", name="Time is over")).to_be_visible()
    page.context.set_offline(False)
    leftovers = page.locator("#leftovers")
    expect(leftovers).to_contain_text("1 answer is still in this browser.")
    assert_page_ok(page)
    with page.expect_download() as saved:
        leftovers.get_by_role("button", name="Download them").click()
    content = saved.value.path().read_bytes()
    [(_, rows)] = sealed_files.open_sealed(content, sitting=sitting.pk)
    assert [row["value"] for row in rows][-1:] == ["because"]
    leftovers.get_by_role("button", name="Send them to be checked").click()
    expect(leftovers).to_contain_text("We have your answers.")
    assert sitting.rescue_files.get().counts.get("new")
    page.reload()
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    expect(leftovers).to_be_hidden()


def test_a_closed_tab_loses_nothing(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """What a closed tab had not sent is sent by the next one, as that tab's own chain."""
    one = context()
    page = open_questions(one, sitting)
    go_offline(page)
    chosen = answer(page, 3, 2)
    expect(page.locator("#saved")).to_have_text("1 waiting")
    page.close()
    one.set_offline(False)
    page = open_questions(one, sitting)
    go_to(page, 3)
    expect(page.locator(f"[data-question]:visible input[value={chosen}]")).to_be_checked()
    wait_for(lambda: held(sitting, 3) == chosen, "the answer of the closed tab does not arrive")


def test_a_tab_that_ends_costs_a_second_of_typing_at_most(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """Typing without a pause is stored as it goes: the next tab has all but the last second."""
    in_thread(services.close_section, sitting=sitting, position=1, at=timezone.now())
    one = context()
    page = open_questions(one, sitting)
    number = int(str(page.locator("[data-question]:visible").get_attribute("data-position")))
    go_offline(page)
    typed = "a text that is written in one go without any pause"
    page.locator("[data-question]:visible .gap").press_sequentially(typed, delay=70)
    page.close()
    one.set_offline(False)
    open_questions(one, sitting)
    wait_for(lambda: bool(held(sitting, number)), "nothing of the text arrives")
    assert typed.startswith(held(sitting, number))
    assert len(typed) - len(held(sitting, number)) <= 1000 / 70


def test_a_lost_receipt_does_no_harm(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """The server had the entries, the page does not know: sent again, they are known."""
    page = open_questions(context(), sitting)
    lost = []

    def lose(route: Route) -> None:
        lost.append(route.fetch())
        route.abort()

    page.route("**/journal/", lose, times=1)
    chosen = answer(page, 1, 1)
    all_saved(page)
    other = answer(page, 2, 1)
    all_saved(page)
    assert len(lost) == 1
    assert (held(sitting, 1), held(sitting, 2)) == (chosen, other)
    assert sitting.entries.count() == 2


def test_two_windows_show_their_conflict(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """Answers of two windows that did not see each other are both shown; the person chooses.

    The one that was offline does not take the assessment back by itself.
    """
    one = context()
    first = open_questions(one, sitting)
    one.set_offline(True)
    ours = answer(first, 1, 0)
    second = open_questions(context(), sitting)
    theirs = answer(second, 1, 3)
    all_saved(second)
    one.set_offline(False)
    wait_for(lambda: sitting.entries.count() == 2, "one of the answers does not arrive")
    expect(first.locator("#blocked-title")).to_contain_text("goes on in another window")
    conflict = second.locator("[data-question]:visible [data-conflict]")
    ask_again(second)
    expect(conflict).to_contain_text("You answered this question in two windows.")
    expect(conflict.locator("blockquote")).to_have_count(2)
    assert_page_ok(second)
    conflict.get_by_role("button", name="Use this answer").nth(1).click()
    expect(conflict).to_be_hidden()
    all_saved(second)
    chosen = sitting.entries.get(kind="CHOOSE").value
    assert chosen in (ours, theirs)
    first.get_by_role("button", name="Continue here").click()
    ask_again(first)
    expect(first.locator(f"[data-question]:visible input[value={chosen}]")).to_be_checked()


def test_a_browser_that_stores_nothing(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """Where storing is refused, the page says so, and answers are saved all the same."""
    one = context()
    one.add_init_script("indexedDB.open = () => { throw new DOMException('', 'SecurityError') }")
    page = open_questions(one, sitting)
    expect(page.locator("#not-kept")).to_be_visible()
    chosen = answer(page, 1, 1)
    all_saved(page)
    assert held(sitting, 1) == chosen


def test_logged_out_in_the_middle(
    context: Callable[..., BrowserContext], sitting: Sitting, agent: Agent, live_site: AsgiSite
) -> None:
    """Answers wait until the person has logged in again in another tab, and go on then."""
    one = context()
    page = open_questions(one, sitting)
    one.clear_cookies()
    chosen = answer(page, 1, 2)
    expect(page.locator("#logged-out")).to_be_visible()
    assert page.url.endswith("/questions/")
    one.add_cookies([session_cookie(agent, live_site.url)])
    expect(page.locator("#logged-out")).to_be_hidden()
    wait_for(lambda: held(sitting, 1) == chosen, "the answer does not arrive")


def test_handing_in_asks_once_and_names_what_is_empty(
    context: Callable[..., BrowserContext], sitting: Sitting
) -> None:
    """By keyboard alone: answer, finish the section, hand in. Each end is asked for once."""
    page = open_questions(context(), sitting)
    page.locator("#map button[data-goes]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("[data-question]:visible legend")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    all_saved(page)
    page.locator("#finish").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You have not answered questions 1, 3, 4, 5, 6, 7 and 8.")
    assert_page_ok(page)
    expect(page.locator("#ask-no")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_contain_text("Section 2 of 2")
    expect(page.locator("#section-name")).to_be_focused()
    page.locator("#finish").click()
    expect(dialog).to_contain_text("Hand in your assessment?")
    page.locator("#ask-yes").click()
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    sitting.refresh_from_db()
    assert sitting.end_reason == "AGENT"


def test_a_linear_section_goes_forward_only(
    context: Callable[..., BrowserContext], agent: Agent
) -> None:
    """Without skipping and going back: a question is answered before the next, and stays closed."""
    make_items("FILL_BLANK", 3)
    rules = {"navigation": "LINEAR", "can_skip": False, "can_mark": False, "can_review": False}
    page = open_questions(context(), begin(agent, ("Gaps", "FILL_BLANK", 3), **rules))
    later = page.locator("#map button[data-goes]").nth(2)
    expect(later).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("button", name="Show all questions")).to_be_hidden()
    expect(page.locator("[data-marks]:visible")).to_have_count(0)
    page.locator("#next").click()
    expect(page.locator("[data-question] [data-state]:visible")).to_have_text(
        "Answer this question first."
    )
    type_answer(page, "is")
    page.locator("#next").click()
    expect(page.locator("[data-question]:visible legend")).to_contain_text("Question 2 ")
    expect(page.locator("#previous")).to_be_hidden()
    all_saved(page)
    page.reload()
    enter(page)
    expect(page.locator("[data-question]:visible legend")).to_contain_text("Question 2 ")
    expect(page.locator("#map button[data-goes]").first).to_have_attribute("aria-disabled", "true")


def test_the_page_on_every_screen(context: Callable[..., BrowserContext], sitting: Sitting) -> None:
    """Light and dark, phone and laptop, 200 % zoom, one question or all: axe finds nothing."""
    page = open_questions(context(reduced_motion="reduce"), sitting)
    answer(page, 1, 1)
    all_saved(page)
    assert_page_ok_in_both_schemes(page)
    assert_page_ok(page, {"width": 640, "height": 400})  # 1280 by 800 at 200 %
    page.get_by_role("button", name="Show all questions").click()
    assert_page_ok(page)


@pytest.fixture
def sound(agent: Agent) -> Sitting:
    """Her assessment of listening and speaking, which has just begun."""
    clip = storage.store_bytes(
        silence(3), name="clip.wav", content_type="audio/wav", purpose="proctoring.item_audio"
    )
    make_items("AUDIO_MCQ", 1, audio=clip, plays=2, options={"a": "Yes", "b": "No"})
    make_items("SPEAKING", 1, seconds=50, preparation_seconds=20)
    return begin(agent, ("Listening", "AUDIO_MCQ", 1), ("Speaking", "SPEAKING", 1))


def test_plays_are_counted_by_the_server(
    context: Callable[..., BrowserContext], sound: Sitting
) -> None:
    """A reload keeps the count; a play that it cut short goes on and uses none."""
    page = open_questions(context(), sound)
    player = page.locator("[data-player]")
    expect(player).to_contain_text("2 plays left")
    player.get_by_role("button", name="Play").click()
    expect(player).to_contain_text("1 play left")
    page.reload()
    enter(page)
    expect(player).to_contain_text("Cut short: continuing uses no play. 1 play left")
    player.get_by_role("button", name="Continue").click()
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert AudioPlay.objects.count() == 1
    player.get_by_role("button", name="Play").click()
    expect(player).to_contain_text("0 plays left")
    assert_page_ok(page)
    assert AudioPlay.objects.count() == 2


def test_speaking_through_a_lost_connection(
    context: Callable[..., BrowserContext], sound: Sitting
) -> None:
    """Chunks that were spoken offline arrive afterwards; the verdict, play-back and a retake."""
    in_thread(services.close_section, sitting=sound, position=1, at=timezone.now())
    page = open_questions(context(), sound)
    recorder = page.locator("[data-recorder]")
    expect(recorder).to_contain_text("20 seconds to prepare and 50 seconds to speak")
    recorder.get_by_role("button", name="Start").click()
    recorder.get_by_role("button", name="Start speaking now").click()
    expect(recorder).to_contain_text("Recording: 0:4")
    wait_for(lambda: RecordingChunk.objects.exists(), "no chunk arrives while speaking")
    go_offline(page)
    page.wait_for_timeout(4500)
    assert_page_ok(page, {"width": 390, "height": 844})
    recorder.get_by_role("button", name="Stop").click()
    expect(recorder).to_contain_text("Sending your recording.")
    expect(page.locator("#saved")).to_have_text("1 waiting")
    page.context.set_offline(False)
    expect(recorder).to_have_attribute("data-phase", "judged")
    expect(recorder.locator("audio")).to_be_visible()
    take = Recording.objects.get()
    assert (take.state, take.judgement != "UNREADABLE") == ("CLOSED", True)
    assert take.chunks.count() >= 3
    words = recorder.locator(".recorder-words").inner_text()
    page.reload()
    enter(page)
    expect(recorder.locator(".recorder-words")).to_have_text(words)
    expect(recorder.get_by_role("button", name="Record again")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    page.locator("#finish").click()
    expect(page.locator("#ask-missing")).to_have_text("You have answered the question.")
