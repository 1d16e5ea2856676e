"""Checks of every page: structure, accessibility (axe), and width on phone and laptop."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE = {"width": 360, "height": 780}
LAPTOP = {"width": 1280, "height": 800}
ORDER = """() => ({
  h1: document.querySelectorAll("h1").length,
  main: document.querySelectorAll("main").length,
  wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  language: document.documentElement.lang,
  title: document.title.trim(),
})"""
#: Colours on their way from one light to the other are neither: every transition is at its end.
#: Nothing waits for it, because a page in the background may draw no frame.
END_TRANSITIONS = """() => document.getAnimations()
  .filter((each) => each instanceof CSSTransition).forEach((each) => each.finish())"""
#: Only what is wrong comes back: the lists of what is right are longer than most pages.
AXE_RUN = """async (options) => (await axe.run(document, options)).violations.map(
  ({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target) }))"""
OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,  # or axe fetches every sheet again and our CSP refuses its copies
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def page_problems(page: Page, *widths: dict[str, int]) -> list[str]:
    """The problems of the open page at these screen sizes."""
    faults = []
    page.wait_for_load_state()
    for size in widths or (PHONE, LAPTOP):
        page.set_viewport_size(size)
        keep_picture(page, size["width"])
        faults += [f"{page.url} at {size['width']}: {fault}" for fault in _faults(page)]
    return faults


def keep_picture(page: Page, width: int) -> None:
    """BROWSER_PICTURES=folder keeps a picture of every page that was looked at."""
    folder = os.environ.get("BROWSER_PICTURES")
    if folder:
        place = re.sub(r"[^a-z]+", "-", re.sub(r"[0-9a-f-]{36}", "", urlsplit(page.url).path))
        page.screenshot(
            path=Path(folder) / f"{place.strip('-') or 'front'}-{width}.png", full_page=True
        )


def assert_page_ok(page: Page, *widths: dict[str, int]) -> None:
    wrong = page_problems(page, *widths)
    assert not wrong, "\n".join(wrong)


def assert_page_ok_in_both_schemes(page: Page, *widths: dict[str, int]) -> None:
    """Check the open page in the dark and in the light colour scheme."""
    for light in ("dark", "light"):
        page.emulate_media(color_scheme=light)
        assert_page_ok(page, *widths)


def _faults(page: Page) -> list[str]:
    order = page.evaluate(ORDER)
    expected = {"h1": 1, "main": 1, "wide": False}
    faults = [f"{name} is {order[name]}" for name in expected if order[name] != expected[name]]
    faults += [f"no {name}" for name in ("language", "title") if not order[name]]
    page.evaluate(END_TRANSITIONS)
    if not page.evaluate("() => 'axe' in window"):  # one page is looked at in several sizes
        page.evaluate(AXE_SCRIPT)
    for found in page.evaluate(AXE_RUN, OPTIONS):
        faults.append(f"{found['id']}: {found['help']} {found['where'][:3]}")
    return faults
