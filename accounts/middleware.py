"""What accounts do around every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts import browsers


class MarkBrowser:
    """After a log-in, marks the browser as one that the person knows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person = getattr(request, "came_in", None)
        if person is not None:
            browsers.mark(request, response, person=str(person.pk))
        return response
