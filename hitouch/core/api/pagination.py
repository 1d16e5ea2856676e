"""Cursor pagination of the API."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from hitouch.core.api.query import CursorPageForm, QueryInvalid


class CursorPage(CursorPagination):
    """A page of a list: `{data, next, previous}`, stable while rows are added."""

    query_form = CursorPageForm
    page_size = 25
    page_size_query_param = "limit"
    max_page_size = 100
    ordering = ("-created_at", "id")

    def decode_cursor(self, request: Request) -> Any:
        """Read the cursor; one that is not of our making is a malformed parameter."""
        try:
            return super().decode_cursor(request)
        except NotFound as fault:
            text = "Use a cursor from `next` or `previous`."
            raise QueryInvalid([("cursor", "invalid", text)]) from fault

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap the rows with links to the next and the previous page."""
        return Response(
            {"data": data, "next": self.get_next_link(), "previous": self.get_previous_link()}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema of such a page, for the OpenAPI document."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["data", "next", "previous"],
            "properties": {"data": schema, "next": link, "previous": link},
        }
