"""Steps of a new agent in the browser journey."""

import re
from collections.abc import Callable
from http.client import OK
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from hitouch.journey.cast import NewAgent, portrait
from hitouch.journey.client import ApiSession
from tests.browser.logins import press, reload_until
from tests.browser.page_checks import LAPTOP, assert_page_ok
from tests.support.waiting import wait_until

PRETEND_HIDDEN = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.hidden;
}"""
#: The page begins to watch 500 ms after full screen; a later timer of the page runs after that.
WATCH_BEGAN = "() => new Promise((done) => setTimeout(done, 600))"
#: A little more than the two seconds that a text lies open in development.
READING_MS = 2_200
#: As long as a spoken answer takes in this journey: some chunks of two seconds.
SPEAKING_MS = 5_000
#: As long as a sentence takes.
SENTENCE_MS = 2_500
SAVED = re.compile("^Saved ")


def sign_up(page: Page, who: NewAgent) -> None:
    """From the front page to both contacts confirmed."""
    page.goto("/")
    page.get_by_role("link", name="Sign up as an agent").click()
    page.get_by_label("Email or mobile number").fill(who.email)
    press(page, "Send code")
    type_code(page, who, who.email)
    page.get_by_label("New password").fill(who.password)
    press(page, "Create account")
    go_on(page)
    page.get_by_label("Email or mobile number").fill(who.phone)
    press(page, "Send code")
    type_code(page, who, who.phone)


def type_code(page: Page, who: NewAgent, contact: str) -> None:
    """The sixth digit sends the form by itself."""
    with page.expect_navigation():
        page.locator("[autocomplete=one-time-code]").fill(who.read_code(contact))


def go_on(page: Page) -> None:
    """From home to the next step, when home is where we are."""
    if page.url.endswith("/home/"):
        page.get_by_role("link", name="Continue", exact=True).click()


def fill(page: Page, **facts: str) -> None:
    """Form fields by their names."""
    for name, value in facts.items():
        box = page.locator(f"main [name={name}]")
        is_choice = box.evaluate("node => node.tagName") == "SELECT"
        box.select_option(value) if is_choice else box.fill(value)


def complete_profile(page: Page, who: NewAgent) -> None:
    """Section by section, and the photo last."""
    go_on(page)
    fill(page, given_name="Journey", family_name=who.family_name, birth_on="1998-04-12")
    press(page, "Save and continue")
    fill(page, current_pin="411001", current_line1="12 Lake Road")
    expect(page.locator("[name=current_city]")).to_have_value("Pune")
    page.get_by_label("Same as current address").check()
    assert_page_ok(page)
    press(page, "Save and continue")
    fill(page, shift="DAY", hours_a_day="6")
    pick(page, "Skills", "live chat")
    pick(page, "Languages", "English", "हिन्दी")
    assert_page_ok(page)
    press(page, "Save and continue")
    page.get_by_label("Level").first.select_option("BACHELOR")
    page.get_by_label("Course or subject").and_(page.locator("input")).first.fill("B.Com")
    page.get_by_label("Year of completion").first.fill("2019")
    press(page, "Save and continue")
    fill(page, employment_status="NOT_EMPLOYED")
    press(page, "Save and continue")
    face = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": portrait()}
    page.get_by_label("Photo").set_input_files(face)
    press(page, "Save photo")


def pick(page: Page, label: str, *words: str) -> None:
    """Words into a list, as the keyboard does it."""
    box = page.get_by_role("combobox", name=label)
    for word in words:
        box.fill(word)
        box.press("Enter")


def show_documents(page: Page, who: NewAgent) -> None:
    """Three pictures, then sent to be checked."""
    go_on(page)
    for slug in ("aadhaar-front", "aadhaar-back", "pan"):
        card = page.locator(f"#{slug}")
        if not card.locator("details[open]").count():
            card.locator("summary").click()
        shown = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": who.card(slug)}
        card.get_by_label("Photo").set_input_files(shown)
        is_pan = slug == "pan"
        card.get_by_label("PAN" if is_pan else "Last 4 digits of Aadhaar").fill(
            who.pan if is_pan else who.aadhaar[-4:]
        )
        with page.expect_navigation():
            card.get_by_role("button", name="Upload").click()
    for slug in ("aadhaar-front", "aadhaar-back", "pan"):  # the page follows by itself
        expect(page.locator(f"#{slug} img")).to_be_visible()
    press(page, "Submit for review")


def prepare_sitting(page: Page) -> None:
    """Consent, the computer, camera and microphone, the photo, the sentence."""
    page.goto("/home/")
    go_on(page)
    if page.get_by_role("button", name="Go to assessment").count():
        press(page, "Go to assessment")
    assert_page_ok(page)
    page.locator("[name=accept]").check()
    press(page, "Agree and check my computer")
    assert_page_ok(page)
    press(page, "Check now")
    expect(page.get_by_text("Ready. Select Check now")).to_be_visible()
    assert_page_ok(page)
    press(page, "Check now")
    assert_page_ok(page)
    page.get_by_role("button", name="Take photo").click()
    press(page, "Use this photo")
    say_sentences(page)


def say_sentences(page: Page) -> None:
    """Say something until the site goes on: at the latest after three tries."""
    ready = page.get_by_role("heading", name="Ready to start")
    record = page.get_by_role("button", name="Start recording")
    while True:
        expect(ready.or_(record)).to_be_visible()
        if ready.is_visible():
            return
        assert_page_ok(page)
        record.click()
        page.wait_for_timeout(SENTENCE_MS)
        press(page, "Stop and send")


def sit(page: Page, who: NewAgent, grader: Callable[[], ApiSession]) -> str:
    """Begin, answer section by section in full screen, hand in. Answers with the result page."""
    press(page, "Start assessment")
    assert_page_ok(page)
    enter_full_screen(page)
    see_warning(page)
    assert_page_ok(page, LAPTOP)
    answer_section(page, who)
    reload_and_lose_nothing(page)
    while page.locator("#finish").inner_text() != "Hand in":
        before = page.locator("#where").inner_text()
        finish(page)
        expect(page.locator("#where")).not_to_have_text(before, use_inner_text=True)
        expect(page.locator("#questions")).to_be_visible()
        answer_section(page, who)
    finish(page)
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    mark_all(page, grader())
    assert_page_ok(page)
    return page.url


def mark_all(page: Page, grader: ApiSession) -> None:
    """A grader marks what the machine leaves to people, until there is a level or a review."""
    graded = page.get_by_role("heading", name=re.compile("Your level is|being reviewed"))

    def is_graded() -> bool:
        answer = grader.http.post("/api/v1/staff/grading/next/")
        if answer.status_code == OK:
            taken = answer.json()
            marks = {"criteria": dict.fromkeys(taken["criteria"], 4)}
            grader.post(f"/staff/grading/{taken['id']}/", marks, expect=204)
        page.reload()
        return graded.count() > 0

    wait_until(is_graded, lambda: "the assessment is not graded", every=0.5)


def finish(page: Page) -> None:
    """Finish the section or hand in, and say so once more when asked."""
    page.locator("#finish").click()
    expect(page.locator("#ask-missing")).to_contain_text("You have answered ")
    page.locator("#ask-yes").click()


def enter_full_screen(page: Page) -> None:
    page.get_by_role("button", name="Continue in full screen").click()
    expect(page.locator("#questions")).to_be_visible()


def see_warning(page: Page) -> None:
    """Another tab in front is seen, and said."""
    page.evaluate(WATCH_BEGAN)
    page.evaluate(PRETEND_HIDDEN)
    expect(page.locator("#warning")).to_contain_text("This is a warning.")


def answer_section(page: Page, who: NewAgent) -> None:
    """Every question of the section, and wait until the page says that all is saved."""
    show_all = page.get_by_role("button", name="Show all questions")
    if show_all.is_visible():
        show_all.click()
    for number, box in enumerate(page.locator("[data-question]").all(), start=1):
        if not box.is_visible():
            page.locator("#map button[data-goes]").nth(number - 1).click()
        passage, text = box.locator(".passage"), box.locator(".asked")
        if box.locator("[data-recorder]").count():  # the follow-up is in no bank
            speak(box)
            continue
        expect(text).not_to_have_text("", use_inner_text=True)
        before = passage.inner_text() if passage.count() else ""
        answer = answer_to(who, text.inner_text(), before)
        choice = box.locator(f'input[value="{answer}"]')
        if choice.count():
            choice.check()
        else:
            box.locator("input.gap, textarea").fill(answer)
    expect(page.locator("#saving")).to_have_attribute("data-state", "saved")
    expect(page.locator("#saved")).to_have_text(SAVED)


def speak(box: Locator) -> None:
    """Record some seconds of what the microphone hears."""
    box.get_by_role("button", name="Start").click()
    hurry = box.get_by_role("button", name="Start speaking now")
    if hurry.count():
        hurry.click()
    expect(box.locator(".recorder-words")).to_contain_text("Recording")
    box.page.wait_for_timeout(SPEAKING_MS)
    box.get_by_role("button", name="Stop").click()
    expect(box.locator("[data-recorder]")).to_have_attribute("data-phase", "judged")


def answer_to(who: NewAgent, text: str, passage: str) -> str:
    """The bank's own answer; a page may break the lines of a passage elsewhere."""
    asked = " ".join((text + passage).split())
    return next(a for words, a in who.answers.items() if " ".join(words.split()) == asked)


def given(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "[data-question] :is(input:checked, .gap, textarea)",
        "inputs => inputs.map((input) => input.value)",
    )


def reload_and_lose_nothing(page: Page) -> None:
    before = given(page)
    page.reload()
    enter_full_screen(page)
    assert before
    assert given(page) == before


def sign(page: Page, who: NewAgent) -> None:
    """Both agreements with one code."""
    page.goto("/home/")
    go_on(page)
    read(page)
    assert_page_ok(page)
    for tick in page.locator("[name=accept]").all():
        tick.check()
    page.get_by_label("Your full name").fill(who.name)
    press(page, "Send code")
    type_code(page, who, who.email)


def read(page: Page) -> None:
    """Each text to its end; who is too quick is asked to wait."""
    page.get_by_role("link", name="Read the").first.click()
    for _ in range(2):
        assert_page_ok(page)
        page.wait_for_timeout(READING_MS)
        press(page, "I've read this")
    expect(page.get_by_label("Your full name")).to_be_visible()


def name_bank_account(page: Page, who: NewAgent) -> None:
    page.goto("/money/bank-account/change/")
    if page.locator("[name=password]").count():
        page.locator("[name=password]").fill(who.password)
        press(page, "Continue")
    number = f"{str(uuid4().int)[:11]}8"
    fill(
        page, holder_name=who.name, ifsc="HDFC0000123", account_number=number,
        account_number_again=number,
    )  # fmt: skip
    expect(page.get_by_text("Bank: HDFC Bank")).to_be_visible()
    press(page, "Save account")
    reload_until(page, "Verified. Your payments go here.")


def apply(page: Page, title: str) -> None:
    """Find the opportunity by its words and apply."""
    page.goto("/opportunities/")
    page.get_by_label("Search").first.fill(title)
    press(page, "Search")
    page.get_by_role("link", name=title).click()
    press(page, "Apply")
    expect(page.get_by_role("link", name=title)).to_be_visible()


def work_a_shift(page: Page, title: str) -> None:
    """Claim a shift, clock in and out, submit the work."""
    page.goto("/gigs/")
    page.get_by_role("link", name=title).click()
    gig = page.url
    assert_page_ok(page)
    press(page, "Claim shift")
    page.goto("/shifts/")
    assert_page_ok(page)
    press(page, "Clock in")
    press(page, "Clock out")
    page.goto(gig)
    page.get_by_label("What you did").fill("Forty chats answered.")
    page.get_by_label("Links").fill("https://example.com/report")
    press(page, "Submit work")


def payment_page(page: Page, title: str) -> None:
    page.goto("/money/")
    page.get_by_role("link", name=title).click()
    assert_page_ok(page)
