"""The API's documentation: valid, complete, and the same as what is routed."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.generics import ListAPIView
from rest_framework.views import APIView

from accounts.permissions import IsAnyone
from hitouch.core.api.schema import AutoSchema
from tests.architecture.test_permissions import ENDPOINTS, addresses, view_class

# One line per operation: path, method, operation id and tag. A new operation adds its line.
RECORDED = Path(__file__).with_name("operations.txt")
# One name per line. A new component adds its line.
COMPONENTS = Path(__file__).with_name("components.txt")


def documented_path(path: str) -> str:
    """A Django route in the notation of OpenAPI."""
    plain = (
        path.replace("<uuid:", "{").replace("<slug:", "{").replace("<int:", "{").replace(">", "}")
    )
    return "/" + plain.replace("{pk}", "{id}")


@pytest.fixture(scope="module")
def schema(django_db_setup, django_db_blocker) -> dict:
    """The OpenAPI document as the API serves it."""
    with django_db_blocker.unblock():
        answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_the_document_is_valid_openapi(schema):
    """A validator of OpenAPI 3.1 reports no error."""
    assert schema["openapi"].startswith("3.1")
    assert not list(OpenAPIV31SpecValidator(schema).iter_errors())


def test_every_endpoint_is_documented(schema):
    """The routes and the documented paths are the same."""
    routed = {
        documented_path(path)
        for path, _ in addresses(get_resolver())
        if path.startswith("api/v1/") and not path.endswith(("schema/", "docs/"))
    }
    assert routed == set(schema["paths"])


def test_every_operation_is_described(schema):
    """Each has a unique id, a tag, a description, a success response and the problem response."""
    names = []
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            names.append(operation["operationId"])
            said = f"{method} {path}"
            assert operation.get("description"), said
            assert operation.get("tags"), said
            assert any(status.startswith("2") for status in operation["responses"]), said
            assert "default" in operation["responses"], said
    assert len(names) == len(set(names))


def test_operation_ids_and_tags_are_stable(schema):
    """Clients are generated from operation ids and tags: those recorded do not change."""
    current = {
        f"{path} {method.upper()} {operation['operationId']} [{', '.join(operation['tags'])}]"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }
    assert current == set(RECORDED.read_text().splitlines())


def test_component_names_are_stable(schema):
    """Generated clients name their types after the components: those recorded do not change."""
    assert set(schema["components"]["schemas"]) == set(COMPONENTS.read_text().splitlines())


@pytest.mark.parametrize(
    ("method", "path", "is_list", "attributes", "expected"),
    [
        ("GET", "/api/v1/claims/", True, {}, "claims_list"),
        ("POST", "/api/v1/claims/", True, {}, "claims_create"),
        ("GET", "/api/v1/claims/{id}/", False, {}, "claims_read"),
        ("DELETE", "/api/v1/claims/{id}/", False, {}, "claims_delete"),
        ("POST", "/api/v1/claims/{id}/clock-in/", False, {}, "claims_clock_in"),
        ("GET", "/api/v1/claims/{id}/events/", True, {}, "claims_events"),
        ("PUT", "/api/v1/onboarding/profile/", False, {}, "profile_save"),
        ("GET", "/api/v1/onboarding/", False, {}, "onboarding"),
        ("POST", "/api/v1/staff/words/{id}/adopt/", False, {"resource": "word"}, "word_adopt"),
        ("POST", "/api/v1/claims/", True, {"operation_ids": {"post": "claim"}}, "claim"),
    ],
)
def test_operation_ids_follow_the_path(method, path, is_list, attributes, expected):
    """An id is the path's words and a suffix of the method, unless the view states another."""
    view_base = ListAPIView if is_list else APIView
    inspector = AutoSchema()
    inspector.view = type("View", (view_base,), attributes)()
    inspector.method, inspector.path, inspector.path_prefix = method, path, "/api/v1"
    assert inspector.get_operation_id() == expected


def test_public_operations_need_no_token(schema):
    """`security` allows anonymous access exactly where the view does."""
    classes = {documented_path(path): view_class(pattern) for path, pattern in ENDPOINTS}
    for path, operations in schema["paths"].items():
        audience = getattr(classes.get(path), "permission_classes", None)
        for operation in operations.values():
            ways = operation.get("security", [{}])
            assert audience is None or ({} in ways) is (audience == [IsAnyone]), path


def test_path_parameters_have_a_format(schema):
    """Path parameters of onboarding are documented with a format, an enum or a pattern."""
    constraints = {
        f"{path} {each['name']}": set(each["schema"]) & {"format", "enum", "pattern"}
        for path, operations in schema["paths"].items()
        for operation in operations.values()
        for each in operation.get("parameters", [])
        if each["in"] == "path" and "/onboarding/" in path
    }
    assert constraints
    assert all(constraints.values()), constraints


def test_the_documentation_is_public(client, db):
    """The page needs no log-in and loads nothing from other hosts."""
    page = client.get("/api/v1/docs/").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "https://" not in page


def test_ranges_of_private_files_are_documented(schema):
    """An endpoint that sends a picture or a PDF also sends parts of it."""
    operations = [each for path in schema["paths"].values() for each in path.values()]
    kinds = {"image/jpeg", "application/pdf"}
    sending = [
        each["responses"] for each in operations
        if kinds & set(each["responses"].get("200", {}).get("content", ()))
    ]  # fmt: skip
    assert sending
    assert all(each["206"]["content"] == each["200"]["content"] for each in sending)
