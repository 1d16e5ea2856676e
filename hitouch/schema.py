"""What every operation of the API has in common, added to its documentation."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "A word for programs."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer of the field."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

METHODS = ("get", "post", "put", "patch", "delete")


def add_problems(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Every operation may answer with a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    reference = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": reference}}
    for operations in result["paths"].values():
        for method in METHODS:
            if method in operations:
                answers = operations[method].setdefault("responses", {})
                answers["default"] = {"description": "A problem", "content": content}
    return result


class BearerScheme(OpenApiAuthenticationExtension):
    """The same, for the API's own documentation."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "accessToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """A bearer token in the Authorization header."""
        return {"type": "http", "scheme": "bearer"}
