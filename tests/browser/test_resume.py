"""Résumé in a real browser: upload, selection of proposals, and the filled sections."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from onboarding.tests.support import resumes
from tests.browser import new_agent
from tests.browser.logins import press
from tests.browser.page_checks import LAPTOP, PHONE, assert_page_ok

pytestmark = pytest.mark.browser
LINES = [line for line in resumes.piped(resumes.PEOPLE[0]) if line]


def test_resume_fills_the_sections(open_page: Callable[..., Page], base_url: str) -> None:
    """Selected proposals fill the sections as drafts; the others are discarded."""
    page = new_agent.log_in(open_page(), new_agent.registered(base_url))
    page.goto("/onboarding/profile/")
    page.get_by_role("link", name="Fill from your résumé").click()
    assert_page_ok(page, PHONE, LAPTOP)
    file = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": resumes.as_pdf(LINES)}
    page.get_by_label("Résumé").set_input_files(file)
    press(page, "Upload")
    assert_page_ok(page, PHONE, LAPTOP)
    page.get_by_label("Excel").check()
    job = page.get_by_role("group", name="Work experience, 1")
    expect(job.get_by_label("Company")).to_have_value("Sundial Shops Pvt Ltd")
    job.get_by_label("Add this").check()
    job.get_by_label("Company").fill("Sundial Shops")
    press(page, "Add to my profile")
    page.goto("/onboarding/profile/jobs/")
    expect(page.get_by_label("Company").first).to_have_value("Sundial Shops")
    expect(page.get_by_label("Company")).to_have_count(1)
    page.goto("/onboarding/profile/work/")
    expect(page.locator("main")).to_contain_text("Excel")
