"""What the API's own documentation says, and the names its state words go by."""

SETTINGS = {
    "TITLE": "HitouchCX",
    "DESCRIPTION": (
        "The way of an agent, a client and staff, for programs. Sign in with an access token: "
        "`Authorization: Bearer …`. Every refusal is problem details (RFC 9457) with a `code` "
        "that does not change and a sentence that may. Money is whole paise, moments are "
        "RFC 3339 in UTC, lists come in pages of `{data, next, previous}`. A partner's program "
        "acts for one person, with that person's rights narrowed to its scopes: it gets a token "
        "of an hour at `/api/v1/oauth/token` with its client's id and secret (OAuth2 client "
        "credentials), or sends an API key as it is. 403 `insufficient_scope` names the scope "
        "that is missing; 403 `scope_missing` is an endpoint that no partner may use."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "FluencyGradeEnum": "onboarding.models.fluency.Fluency.Grade",
        "ApplicationStateEnum": "gigs.models.opportunities.ApplicationState",
        "ClaimStateEnum": "gigs.models.slots.ClaimState",
        "GigStateEnum": "gigs.models.opportunities.GigState",
        "OpportunityStateEnum": "gigs.models.opportunities.OpportunityState",
        "ProjectStateEnum": "gigs.models.clients.ProjectState",
        "WorkStateEnum": "gigs.models.work.WorkState",
        "PaymentStateEnum": "payments.models.payments.PaymentState",
        "PayoutStateEnum": "payments.models.payouts.PayoutState",
        "TicketStateEnum": "chatbot.models.tickets.TicketState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "hitouch.schema.add_app_client",
        "hitouch.schema.add_problems",
        "hitouch.schema.add_client_secret",
    ],
}
