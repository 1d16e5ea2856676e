"""Programs of partners: OAuth2 client credentials."""

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class PartnerAdapter(DefaultOIDCAdapter):
    """What allauth asks of us about clients and their tokens."""
