"""Endpoints of the headless API and their OpenAPI description, which allauth does not generate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allauth.headless.constants import Client

from accounts.headless.problems import StrictJSONView, View, with_problem_details
from accounts.headless.views import PublicView


@dataclass(frozen=True)
class Operation:
    """One method of an endpoint: its id, description, and body fields."""

    name: str
    description: str
    body: Mapping[str, Any] | None = None

    def as_openapi(self, *, is_public: bool) -> dict[str, Any]:
        """The OpenAPI operation object."""
        operation: dict[str, Any] = {
            "operationId": f"app_{self.name}",
            "description": self.description,
            "tags": ["Auth for apps"],
            "responses": {
                "200": {"description": "Done", "content": _json_content(RESPONSE_SCHEMA)}
            },
            "security": [{}, {"sessionToken": []}] if is_public else [{"sessionToken": []}],
        }
        if self.body is not None:
            fields = {"type": "object", "properties": dict(self.body), "required": [*self.body]}
            operation["requestBody"] = {"required": True, "content": _json_content(fields)}
        return operation


@dataclass(frozen=True)
class Endpoint:
    """One path, its view and its operations."""

    path: str
    view: type[StrictJSONView]
    operations: Mapping[str, Operation]

    @property
    def is_public(self) -> bool:
        """Whether it can be used without being logged in."""
        return issubclass(self.view, PublicView)

    def as_view(self) -> View:
        """The Django view, with errors as problem details."""
        view: Any = self.view
        methods = {"http_method_names": [*self.operations, "options"]}
        api_view = view.as_api_view(client=Client.APP, **methods)
        return with_problem_details(api_view, requires_login=not self.is_public)


RESPONSE_SCHEMA = {
    "type": "object",
    "description": "`data` holds the result. `meta` has a new `session_token`, and "
    "after a login `access_token`, `refresh_token`, `expires_in` and `next_step`.",
    "required": ["status"],
    "properties": {"status": {"type": "integer"}, "data": {}, "meta": {"type": "object"}},
}


def _json_content(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def endpoint(path: str, view: Any, **operations: tuple[Any, ...]) -> Endpoint:
    """An endpoint with its operations given as `method=(id, description, body)`."""
    return Endpoint(path, view, {method: Operation(*words) for method, words in operations.items()})
