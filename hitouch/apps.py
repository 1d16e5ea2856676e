"""App configurations of the project: management commands, and the admin with our own site."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class HitouchConfig(AppConfig):
    """The project's management commands and Celery app."""

    name = "hitouch"
    default = True

    def ready(self) -> None:
        """Make our Celery app the default, so that commands can enqueue tasks; register checks."""
        from hitouch import celery

        celery.app.set_default()
        import_module("hitouch.management.site_role")  # its system check


class HitouchAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site, which requires a second factor."""

    default = False
    default_site = "hitouch.admin_site.HitouchAdminSite"
