"""A door of the client for apps: its address, its view, and what each method does, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.headless.constants import Client

from accounts.headless.problems import StrictJSONView, View, with_problem_details
from accounts.headless.views import PublicView


@dataclass(frozen=True)
class Operation:
    """One method of a door: its name, its sentence, and the fields of its body."""

    name: str
    what: str
    body: Mapping[str, Any] | None = None

    def operation(self, *, is_open: bool) -> dict[str, Any]:
        """The same as OpenAPI."""
        told: dict[str, Any] = {
            "operationId": f"app_{self.name}",
            "description": self.what,
            "tags": ["Auth for apps"],
            "responses": {"200": {"description": "Done", "content": _json(ANSWER)}},
            "security": [{}, {"sessionToken": []}] if is_open else [{"sessionToken": []}],
        }
        if self.body is not None:
            fields = {"type": "object", "properties": dict(self.body), "required": [*self.body]}
            told["requestBody"] = {"required": True, "content": _json(fields)}
        return told


@dataclass(frozen=True)
class Endpoint:
    """One address."""

    path: str
    view: type[StrictJSONView]
    says: Mapping[str, Operation]

    @property
    def is_open(self) -> bool:
        """Whether one may knock before anybody is logged in."""
        return issubclass(self.view, PublicView)

    def as_view(self) -> View:
        """As a Django view."""
        theirs: Any = self.view
        methods = {"http_method_names": [*self.says, "options"]}
        bare = theirs.as_api_view(client=Client.APP, **methods)
        return with_problem_details(bare, is_for_people=not self.is_open)


ANSWER = {
    "type": "object",
    "description": "`data` holds the result. `meta` has a new `session_token`, and "
    "after a login `access_token`, `refresh_token`, `expires_in` and `next_step`.",
    "required": ["status"],
    "properties": {"status": {"type": "integer"}, "data": {}, "meta": {"type": "object"}},
}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def endpoint(path: str, view: Any, **says: tuple[Any, ...]) -> Endpoint:
    return Endpoint(path, view, {method: Operation(*words) for method, words in says.items()})
