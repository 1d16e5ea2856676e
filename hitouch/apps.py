"""App configurations of the project: management commands, and the admin with our own site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class HitouchConfig(AppConfig):
    """The project's management commands and Celery app."""

    name = "hitouch"
    default = True

    def ready(self) -> None:
        """Make our Celery app the default, so that management commands can enqueue tasks too."""
        from hitouch import celery

        celery.app.set_default()


class HitouchAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site, which requires a second factor."""

    default = False
    default_site = "hitouch.admin_site.HitouchAdminSite"
