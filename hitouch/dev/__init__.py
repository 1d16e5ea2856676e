"""Development pages: the outbox. Importing this package in production is an error."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if not settings.DEBUG:
    raise ImproperlyConfigured("hitouch.dev is for development: it shows what people were sent.")
