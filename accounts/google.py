"""Signing in with Google, when it is configured."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest


class GoogleAdapter(DefaultSocialAccountAdapter):
    """What allauth asks of us about accounts at Google."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Not yet."""
        return False
