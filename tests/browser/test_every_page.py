"""Every page of every role: layout at phone and laptop width, axe, light and dark mode."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from hitouch.core.india_time import day_of
from hitouch.demo import people
from hitouch.journey import cast
from hitouch.management.commands.journey import outbox_reader
from payments.deductions.due_dates import financial_year
from tests.browser.page_checks import PHONE, page_problems
from tests.browser.test_journey import BANK

pytestmark = pytest.mark.browser
FINANCIAL_YEAR = financial_year(day_of(timezone.now()))
#: A … in a path stands for the first row that is listed there.
PAGES: dict[str, tuple[people.DemoPerson | None, tuple[str, ...]]] = {
    "nobody": (
        None,
        (
            "/",
            "/sign-up/",
            "/log-in/",
            "/log-in/by-code/",
            "/reset/",
            "/terms/",
            "/privacy/",
            "/verify/",
            "/styleguide/",
            "/dev/outbox/",
        ),
    ),
    "half-way": (
        people.NILA,
        (
            "/home/",
            "/you/",
            "/onboarding/profile/",
            "/onboarding/profile/person/",
            "/onboarding/profile/address/",
            "/onboarding/profile/work/",
            "/onboarding/profile/studies/",
            "/onboarding/profile/jobs/",
            "/onboarding/profile/photo/",
            "/onboarding/documents/",
            "/onboarding/documents/offline/",
            "/assessment/",
            "/opportunities/",
            "/money/bank-account/",
        ),
    ),
    "cleared": (
        people.ASHA,
        (
            "/home/",
            "/you/",
            "/you/as-clients-see-you/",
            "/opportunities/",
            "/opportunities/…",
            "/applications/",
            "/gigs/",
            "/shifts/",
            "/shifts/list/",
            "/money/",
            "/money/bank-account/",
            "/money/bank-account/change/",
            "/money/…",
            "/money/…advice/",
            f"/money/years/{FINANCIAL_YEAR}/",
            "/help/",
            "/help/tickets/",
            "/help/tickets/new/",
            "/account/",
            "/account/activity/",
            "/account/contacts/",
            "/account/password/",
            "/account/consents/",
            "/account/notices/",
            "/account/notices/preferences/",
            "/account/data/",
            "/account/close/",
            "/onboarding/agreements/",
            "/onboarding/agreements/…",
        ),
    ),
    "client": (
        people.ORCHID,
        (
            "/client/",
            "/client/projects/",
            "/client/projects/…",
            "/client/projects/…cancel/",
            "/client/projects/…copy/",
            "/client/projects/new/",
            "/client/opportunities/",
            "/client/opportunities/…",
            "/client/opportunities/…cancel/",
            "/client/opportunities/…preview/",
            "/client/opportunities/…copy/",
            "/client/applications/",
            "/client/works/",
            "/client/live/",
            "/client/schedule/",
            "/client/members/",
            "/client/gigs/",
            "/client/gigs/…",
            "/client/funds/",
            "/client/bills/",
            "/client/bills/details/",
            "/client/spend/",
        ),
    ),
    "staff": (
        people.MEERA,
        (
            "/admin/",
            "/admin/accounts/agent/",
            "/admin/accounts/agent/…",
            "/admin/accounts/user/",
            "/admin/accounts/user/…",
            "/admin/accounts/user/roles/",
            "/admin/accounts/accesschange/",
            "/admin/accounts/auditevent/",
            "/admin/accounts/apikey/add/",
            "/admin/onboarding/kyccase/",
            "/admin/onboarding/kyccase/…",
            "/admin/onboarding/accounttest/",
            "/admin/onboarding/accountfreeze/",
            "/admin/onboarding/bankaccount/",
            "/admin/onboarding/agreementtemplate/",
            "/admin/onboarding/agreementtemplate/…",
            "/admin/onboarding/agreementtemplate/write/?kind=NDA",
            "/admin/onboarding/signature/",
            "/admin/onboarding/signature/…",
            "/admin/onboarding/kycheldpicture/",
            "/admin/onboarding/kycupload/",
            "/admin/proctoring/sitting/",
            "/admin/proctoring/item/",
            "/admin/proctoring/item/…",
            "/admin/proctoring/itemflag/",
            "/admin/proctoring/itemreview/",
            "/admin/proctoring/accommodation/",
            "/admin/proctoring/accommodation/add/",
            "/admin/proctoring/rescuefile/",
            "/admin/proctoring/scale/",
            "/admin/proctoring/angoffpanel/",
            "/admin/proctoring/angoffpanel/add/",
            "/admin/gigs/opportunity/",
            "/admin/gigs/opportunity/…",
            "/admin/gigs/worksession/",
            "/admin/gigs/waiver/",
            "/admin/gigs/waiver/add/",
            "/finance/",
            "/finance/projects/",
            "/finance/projects/…",
            "/admin/payments/payout/",
            "/admin/payments/payout/…",
            "/admin/payments/payout/?state=UNKNOWN…",
            "/admin/payments/payout/?state=FAILED…",
            "/admin/payments/payoutbatch/",
            "/admin/payments/payoutbatch/?waits=approval…",
            "/admin/payments/paymenthold/",
            "/admin/payments/payment/",
            "/admin/payments/payment/…",
            "/admin/payments/entry/",
            "/admin/payments/entry/…",
            "/admin/payments/ledgeraccount/",
            "/admin/payments/ledgeraccount/…",
            "/admin/payments/difference/…",
            "/admin/payments/bankstatement/add/",
            "/admin/payments/deposit/",
            "/admin/payments/deposit/add/",
            "/admin/payments/sendingswitch/",
            "/admin/payments/moneycheck/",
            "/admin/payments/taxrule/",
            "/admin/payments/taxrule/…",
            "/admin/payments/taxrule/add/",
            "/admin/payments/rateproposal/",
            "/admin/payments/rateproposal/…",
            "/admin/payments/adjustment/",
            "/admin/payments/adjustment/add/",
            "/admin/payments/lowerdeductioncertificate/add/",
            "/admin/payments/withholding/",
            "/admin/chatbot/ticket/",
            "/admin/chatbot/faqentry/",
            "/grading/",
            "/grading/agreement/",
            "/proctor/",
        ),
    ),
}
DARK = (
    "/home/",
    "/opportunities/",
    "/money/",
    "/money/bank-account/",
    "/onboarding/agreements/",
    "/help/",
    "/account/",
    "/account/activity/",
)
BUDGET_BYTES = 100_000


def go(page: Page, path: str) -> Response | None:
    """Open a page; … stands for the first row of the list before it, and a page below it."""
    place, is_row, below = path.partition("…")
    answer = page.goto(place)
    if not is_row:
        return answer
    listed = page.locator("#result_list tbody th a, #payment-list tbody a")
    row = f"main a[href^='{place}']:not([href*='?']):not([href$='/new/'])"
    links = listed if listed.count() else page.locator(f"{row}:not([href='{place}'])")
    return page.goto(str(links.first.get_attribute("href")) + below)


@pytest.mark.parametrize("who", PAGES)
def test_pages_fit_and_are_accessible(open_page: Callable[..., Page], who: str) -> None:
    """Each page has one h1 and one main, fits a phone, and axe finds nothing."""
    person, paths = PAGES[who]
    page = open_page(person)
    wrong = []
    for path in paths:
        go(page, path)
        wrong += page_problems(page)
    assert not wrong, "\n".join(wrong)


def test_dark_pages_are_accessible(open_page: Callable[..., Page]) -> None:
    """axe finds nothing in dark mode."""
    wrong = []
    for person, paths in (
        (people.ASHA, DARK),
        (None, ("/", "/styleguide/", "/log-in/", "/sign-up/", "/reset/")),
        (people.MEERA, ("/admin/",)),
    ):
        page = open_page(person, color_scheme="dark")
        for path in paths:
            page.goto(path)
            wrong += page_problems(page, PHONE)
    assert not wrong, "\n".join(wrong)


def test_sign_up_by_keyboard(open_page: Callable[..., Page], base_url: str) -> None:
    """Sign-up needs no mouse."""
    who = cast.newcomer(outbox_reader(base_url), BANK, email="", phone="")
    page = open_page()
    page.goto("/")
    tab_to(page, "Sign up as an agent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-up/")
    for name, text in (("contact", who.email), ("code", ""), ("password", who.password)):
        expect(page.locator(f"main [name={name}]")).to_be_visible()
        tab_to(page, name)
        page.keyboard.type(text or who.read_code(who.email))
        if text:  # a code sends itself
            page.keyboard.press("Enter")
        page.locator(f"main [name={name}]").wait_for(state="detached")
    expect(
        page.get_by_role("button", name="Your account").or_(page.locator(".menu"))
    ).to_be_visible()


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focused element has this name or text."""
    focused = "() => document.activeElement.name || document.activeElement.innerText"
    for _ in range(20):
        if page.evaluate(focused) == wanted:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not come to {wanted}")


@pytest.mark.parametrize(
    ("person", "path"), [(None, "/"), (people.ASHA, "/home/"), (people.ASHA, "/opportunities/")]
)
def test_first_view_is_light(
    open_page: Callable[..., Page], person: people.DemoPerson | None, path: str
) -> None:
    """A page with an empty cache transfers at most 100 kB."""
    page = open_page(person)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert 0 < sum(sizes) <= BUDGET_BYTES
