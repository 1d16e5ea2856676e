"""The OpenAPI document: operation ids and tags from a view's path and app; responses with files."""

import re
from collections.abc import Mapping

from django.apps import apps
from drf_spectacular import openapi
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.mixins import ListModelMixin

Responses = dict[int | tuple[int, str], OpenApiResponse]

# Leading path segments that group endpoints and take no part in operation ids.
GROUPING_SEGMENTS = ("auth", "me", "onboarding")
SUFFIXES = {"PUT": "save", "PATCH": "change", "DELETE": "delete"}


class AutoSchema(openapi.AutoSchema):
    """drf-spectacular's schema of a view, with this project's rule for operation ids and tags.

    The id comes from the URL, which does not change when a module or a class is renamed:
    the path's words without its parameters, so that `/claims/{claim_id}/clock-in/` is
    `claims_clock_in`. A list adds `_list`, creating in it `_create`, one object `_read`,
    PUT `_save`, PATCH `_change`, DELETE `_delete`. A view may say otherwise:

    - `operation_ids`: a mapping of method (in lower case) to id, where the rule gives another;
    - `resource`: what replaces the words in front of the first parameter;
    - `tag`: the group in the document; without it, `api_tag` of the view's app config.
    """

    def get_operation_id(self) -> str:
        """The id that the view states for this method, or the one of the rule."""
        stated: Mapping[str, str] = getattr(self.view, "operation_ids", {})
        return stated.get(self.method.lower()) or self._id_from_path()

    def get_tags(self) -> list[str]:
        """The view's tag, or its app's."""
        app = apps.get_containing_app_config(type(self.view).__module__)
        tag = getattr(self.view, "tag", "") or getattr(app, "api_tag", "")
        return [tag] if tag else super().get_tags()

    def _id_from_path(self) -> str:
        path = re.sub(self.path_prefix, "", self.path)
        segments = path.strip("/").replace("-", "_").split("/")
        parameters = [at for at, segment in enumerate(segments) if segment.startswith("{")]
        split = parameters[0] if parameters else len(segments)
        grouped = split > 1 and segments[0] in GROUPING_SEGMENTS
        collection = segments[1 if grouped else 0 : split]
        rest = [segment for segment in segments[split:] if not segment.startswith("{")]
        resource = getattr(self.view, "resource", "")
        words = [resource] if resource and parameters else collection
        ends_in_parameter = bool(parameters) and parameters[-1] == len(segments) - 1
        return "_".join([*words, *rest, *self._suffix(bool(parameters), ends_in_parameter)])

    def _suffix(self, has_parameters: bool, ends_in_parameter: bool) -> list[str]:
        is_collection = isinstance(self.view, ListModelMixin) and not has_parameters
        by_method = SUFFIXES | {
            "GET": "list" if is_collection else "read" if ends_in_parameter else "",
            "POST": "create" if is_collection else "",
        }
        suffix = by_method.get(self.method, "")
        return [suffix] if suffix else []


def file_responses(content_type: str, description: str) -> Responses:
    """The responses of an endpoint that sends a private file (`web.downloads.send_file`)."""
    part = "The bytes that the header `Range` asked for; 416 if there are none."
    return {
        (200, content_type): OpenApiResponse(OpenApiTypes.BINARY, description),
        (206, content_type): OpenApiResponse(OpenApiTypes.BINARY, part),
    }
