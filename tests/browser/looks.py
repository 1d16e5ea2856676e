"""What every page has to be: readable by everybody, whole on a phone, in good order."""

from axe_playwright_python.sync_playwright import Axe
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
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def wrong_with(page: Page, *widths: dict[str, int]) -> list[str]:
    """Everything that is not as it should be on the page that is open."""
    faults = []
    for size in widths or (LAPTOP, PHONE):
        page.set_viewport_size(size)
        faults += [f"{page.url} at {size['width']}: {fault}" for fault in _faults(page)]
    return faults


def _faults(page: Page) -> list[str]:
    order = page.evaluate(ORDER)
    expected = {"h1": 1, "main": 1, "wide": False}
    faults = [f"{name} is {order[name]}" for name in expected if order[name] != expected[name]]
    faults += [f"no {name}" for name in ("language", "title") if not order[name]]
    for found in Axe().run(page, options=OPTIONS).response["violations"]:
        where = [node["target"] for node in found["nodes"]][:3]
        faults.append(f"{found['id']}: {found['help']} {where}")
    return faults
