"""Openapi of api."""

from drf_spectacular.utils import OpenApiParameter

PATH = OpenApiParameter.PATH
