"""A reviewer decides documents with the keyboard alone, and how long that takes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from hitouch.demo import people
from hitouch.journey import cast
from tests.browser import new_agent
from tests.browser.page_checks import (
    LAPTOP,
    PHONE,
    assert_page_ok,
    assert_page_ok_in_both_schemes,
    page_problems,
)

pytestmark = pytest.mark.browser
Keys = tuple[str, ...]
#: What the reviewer presses for each of three cases, looking at every picture first.
LOOK: Keys = ("z", "z", "z", "ArrowRight", "t", "t", "t", "t", "ArrowRight", "z", "z", "z")
CASES: tuple[tuple[str, Keys], ...] = (
    ("approved", (*LOOK, "a", "Enter")),
    ("asked for one again", (*LOOK, "1", "r", "Enter")),
    ("approved", (*LOOK, "a", "Enter")),
)
#: For one case: a second for each leaves most of a minute to look.
MOST_KEYS = 16


@pytest.fixture(scope="module")
def three_cases(base_url: str) -> list[cast.NewAgent]:
    """The other tests of this file only look, and release what they took."""
    return [new_agent.with_submitted_documents(base_url) for _ in CASES]


def press(page: Page, key: str) -> int:
    page.keyboard.press(key)
    return 1


@pytest.mark.usefixtures("three_cases")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shortcuts_are_off_in_text_fields(open_page: Callable[..., Page], scheme: str) -> None:
    """Words typed for the agent decide nothing; a decision is asked for once; Esc forgets it."""
    page = open_page(people.REVIEWER, color_scheme=scheme)
    page.goto("/admin/onboarding/kyccase/?state__exact=IN_REVIEW")
    page.locator("#result_list tbody th a").first.click()
    assert not page_problems(page, LAPTOP, PHONE)  # before a purpose is said
    page.set_viewport_size(LAPTOP)
    with page.expect_navigation():
        page.keyboard.press("c")
    expect(page.get_by_text("Assigned to you")).to_be_visible()
    note = page.locator("[name=PAN-note]")
    note.focus()
    page.keyboard.type("a real card, no copy")
    expect(page.locator("dialog[open]")).to_have_count(0)
    note.blur()
    page.keyboard.press("r")
    expect(page.locator("[data-said]")).to_contain_text("Select a photo first")
    page.keyboard.press("a")
    expect(page.locator("#case-confirm")).to_be_visible()
    assert not page_problems(page, LAPTOP, PHONE)
    page.set_viewport_size(LAPTOP)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#case-help")).to_be_visible()
    assert not page_problems(page, LAPTOP)
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("l")
    expect(page.locator("#result_list")).to_be_visible()


@pytest.mark.usefixtures("three_cases")
def test_zoom_by_touch(open_page: Callable[..., Page]) -> None:
    """On a phone a tap brings closer what it touches, two fingers do, one moves, Zoom ends it."""
    page = open_page(people.REVIEWER, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/admin/onboarding/kyccase/?state__exact=IN_REVIEW")
    with page.expect_navigation():
        page.get_by_role("button", name="Assign next to me").tap()
    frame = page.locator(".case-frame").first
    page.wait_for_function("() => [...document.images].every((each) => each.complete)")
    frame.tap(position={"x": 10, "y": 10})
    expect(frame.locator("img")).to_have_attribute("style", re.compile("scale"))
    scale, side = zoom_and_offset(frame)
    assert (scale, side > 0.8) == (2.5, True)
    fingers = page.context.new_cdp_session(page)
    box = frame.bounding_box() or {}
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch(fingers, [[(x - step, y), (x + step, y)] for step in range(20, 60, 10)])
    assert zoom_and_offset(frame)[0] > 4
    touch(fingers, [[(x - step, y)] for step in range(0, 2000, 200)])
    assert zoom_and_offset(frame)[1] == -1  # its edge stays at the frame's
    page.locator("[data-zoom]").first.click()
    expect(frame.locator("img")).to_have_attribute("style", re.compile(r"\(0px, 0px\).*scale\(1\)"))
    with page.expect_navigation():
        page.get_by_role("button", name="Release").click()
    expect(page.locator("#result_list")).to_be_visible()


def touch(fingers: CDPSession, moves: list[list[tuple[float, float]]]) -> None:
    """Fingers that come down, move, and go."""
    for number, places in enumerate(moves):
        points = [{"x": x, "y": y, "id": each} for each, (x, y) in enumerate(places)]
        kind = "touchMove" if number else "touchStart"
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def zoom_and_offset(frame: Locator) -> tuple[float, float]:
    """How close, and how far to the side: 1 is the left edge of the picture, -1 the right one."""
    scale, x, width = frame.evaluate(
        """frame => { const { a, e } = new DOMMatrix(frame.querySelector("img").style.transform);
        return [a, e, frame.clientWidth]; }"""
    )
    return round(scale, 1), round(2 * x / width / ((scale - 1) or 1), 2)


@pytest.mark.usefixtures("three_cases")
def test_without_scripts(open_page: Callable[..., Page]) -> None:
    """Pictures open on a page of their own, and the buttons decide."""
    page = open_page(people.REVIEWER, java_script_enabled=False)
    page.goto("/admin/onboarding/kyccase/?state__exact=IN_REVIEW")
    with page.expect_navigation():
        page.get_by_role("button", name="Assign next to me").click()
    case = page.url
    with page.context.expect_page() as opened:
        page.locator(".case-frame").first.click(modifiers=["Control"])
    expect(opened.value.locator("img")).to_be_visible()
    page.goto(case)
    with page.expect_navigation():
        page.get_by_role("button", name="Release").click()
    expect(page.locator("#result_list")).to_be_visible()


def test_three_cases_by_keyboard(
    open_page: Callable[..., Page], three_cases: list[cast.NewAgent]
) -> None:
    """Take, look at each picture, decide, and the next one is there: no mouse and few keys."""
    page = open_page(people.REVIEWER)
    page.goto("/admin/onboarding/kyccase/?state__exact=IN_REVIEW")
    with page.expect_navigation():
        page.get_by_role("button", name="Assign next to me").press("Enter")
    assert_page_ok(page, LAPTOP, PHONE)
    page.set_viewport_size(LAPTOP)
    for _, keys in CASES:
        expect(page.get_by_text("Assigned to you")).to_be_visible()
        pressed = 0
        for key in keys[:-1]:
            pressed += press(page, key)
        expect(page.locator("#case-confirm")).to_be_visible()
        with page.expect_navigation():
            pressed += press(page, keys[-1])
        page.wait_for_load_state()
        assert pressed <= MOST_KEYS
    nothing = page.get_by_text("There are no documents for you to review.")
    expect(nothing.or_(page.get_by_text("Assigned to you"))).to_be_visible()
    for who, (outcome, _) in zip(three_cases, CASES, strict=True):
        page.goto(f"/admin/onboarding/kyccase/?q={who.family_name}")
        word = "Approved" if outcome == "approved" else "Sent back"
        expect(page.locator("#result_list tbody tr").first).to_contain_text(word)
    asked = new_agent.log_in(open_page(viewport=PHONE), three_cases[1])
    check_requested_documents(asked)


def check_requested_documents(page: Page) -> None:
    """The agent's own page after an ask: in both lights, and its link leads to the card."""
    page.goto("/onboarding/documents/")
    expect(page.locator("main")).to_contain_text("Upload these again")
    assert_page_ok_in_both_schemes(page, PHONE, LAPTOP)
    wanted = page.locator("section", has_text="Upload these again").get_by_role("link")
    card = page.locator(str(wanted.get_attribute("href")))
    wanted.press("Enter")
    expect(card.locator("details[open]")).to_be_in_viewport()
    expect(page.locator(".document details")).to_have_count(1)  # the others stay
