"""Additions to the OpenAPI document: problem responses, security schemes, allauth's endpoints."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from accounts.headless import urls as headless_urls
from accounts.permissions import required_scope
from accounts.security.scopes import all_scopes

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "A stable error code."},
        "detail": {"type": "string", "description": "An explanation for people. May change."},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "open_step": {
            "type": "string",
            "description": "With `step_not_open`: the step to complete first.",
        },
        "url": {"type": "string", "description": "With `step_not_open`: the page of that step."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer to the field."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
METHODS = ("get", "post", "put", "patch", "delete")
SESSION_TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "X-Session-Token",
    "description": "Token of a login in our app, in progress or completed within the last hour.",
}


def add_app_client(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Add allauth's endpoints for apps, which are not DRF views."""
    result["paths"] |= headless_urls.documented()
    schemes = result.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes["sessionToken"] = SESSION_TOKEN
    return result


def add_problems(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Add the problem response to every operation."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    reference = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": reference}}
    for operations in result["paths"].values():
        for method in METHODS:
            if method in operations:
                answers = operations[method].setdefault("responses", {})
                answers["default"] = {"description": "A problem", "content": content}
    return result


CLIENT_SECRET = {
    "type": "http",
    "scheme": "basic",
    "description": "Client ID and client secret of a partner's OAuth2 client.",
}


def add_client_secret(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Add the security scheme of OAuth2 clients."""
    result["components"]["securitySchemes"]["clientSecret"] = CLIENT_SECRET
    return result


class BearerScheme(OpenApiAuthenticationExtension):
    """The security schemes of the three kinds of bearer tokens."""

    target_class = "accounts.authentication.bearer.BearerAuthentication"
    name = ["accessToken", "partnerToken", "apiKey"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        """The definitions; all use the Authorization header."""
        own = "Access token of our own app, from /auth/tokens/, with all of the user's permissions."
        key = "API key of a partner's app. Starts with hcx_key_ and is limited to its scopes."
        flow = {"tokenUrl": f"{settings.BASE_URL}/api/v1/oauth/token", "scopes": all_scopes()}
        return [
            {"type": "http", "scheme": "bearer", "description": own},
            {"type": "oauth2", "flows": {"clientCredentials": flow}},
            {"type": "http", "scheme": "bearer", "description": key},
        ]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        """Partners' credentials are accepted only by endpoints with a scope."""
        scope = required_scope(auto_schema.view, auto_schema.method)
        partners = [{"partnerToken": [scope]}, {"apiKey": [scope]}] if scope else []
        return [{"accessToken": []}, *partners]
