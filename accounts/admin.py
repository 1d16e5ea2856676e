"""Imports the admin modules of the features, so that their classes are registered."""

from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.access import admin as access_admin  # noqa: F401
from accounts.inbox import admin as inbox_admin  # noqa: F401
from accounts.partners import admin as partners_admin  # noqa: F401
from accounts.privacy import admin as privacy_admin  # noqa: F401
from accounts.staff import admin as staff_admin  # noqa: F401

# Pages of libraries on which one person could change what others may do, or how they log in.
for _module in (
    "allauth.account.admin",
    "allauth.mfa.admin",
    "allauth.socialaccount.admin",
    "django.contrib.auth.admin",
    "django_otp.plugins.otp_static.admin",
):
    import_module(_module)
for _model in (
    Authenticator, EmailAddress, Group, SocialAccount, SocialApp, SocialToken, StaticDevice,
):  # fmt: skip
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
