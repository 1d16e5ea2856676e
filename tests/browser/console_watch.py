"""Records console errors, script errors, CSP violations and failed responses of pages."""

from playwright.sync_api import ConsoleMessage, Page, Response

#: Chromium says this for every answer of 400 and more; those are looked at one by one.
REPORTED_BY_RESPONSE = "Failed to load resource"
SEE_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""


class Faults(list[str]):
    """Console errors, broken scripts, CSP violations and failed answers of some pages."""

    def watch(self, page: Page) -> Page:
        page.add_init_script(SEE_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on("response", self._response)
        return page

    def _console(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(REPORTED_BY_RESPONSE):
            self.append(f"{said.location.get('url')}: {said.text}")

    def _response(self, answer: Response) -> None:
        is_page = answer.request.resource_type == "document"
        if answer.status >= (500 if is_page else 400):
            self.append(f"{answer.request.method} {answer.url} answered {answer.status}")
