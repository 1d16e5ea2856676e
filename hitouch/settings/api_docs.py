"""Settings of drf-spectacular: texts, enum names and hooks of the OpenAPI document."""

SETTINGS = {
    "TITLE": "HitouchCX",
    "DESCRIPTION": (
        "The API for agents, clients and staff. Authenticate with an access token: "
        "`Authorization: Bearer …`. Errors are problem details (RFC 9457): `code` is stable, "
        "`detail` is for people and may change. Amounts are in paise, times are RFC 3339 in UTC, "
        "and lists are paginated as `{data, next, previous}`. A partner's app acts for one "
        "person, with that person's permissions limited to the app's scopes. It gets an access "
        "token, valid for one hour, from `/api/v1/oauth/token` with its client ID and secret "
        "(OAuth2 client credentials), or sends its API key. A 403 with `insufficient_scope` "
        "names the missing scope. A 403 with `scope_missing` means that the endpoint is not "
        "available to partners."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "CategoryEnum": "gigs.models.opportunities.Category",
        "NoticeCategoryEnum": "accounts.models.notices.NoticeCategory",
        "NoticeMailEnum": "accounts.models.notices.NoticePreference.Mail",
        "FluencyGradeEnum": "onboarding.models.vocabulary.Fluency.Grade",
        "ApplicationStateEnum": "gigs.models.opportunities.ApplicationState",
        "AgentInvitationStateEnum": "gigs.models.invitations.AgentInvitationState",
        "ClaimStateEnum": "gigs.models.slots.ClaimState",
        "DisputeStateEnum": "gigs.models.disputes.DisputeState",
        "DisputeKindEnum": "gigs.models.disputes.DisputeKind",
        "DisputeAuthorEnum": "gigs.models.disputes.DisputeAuthor",
        "GigStateEnum": "gigs.models.opportunities.GigState",
        "RefusedPartReasonEnum": "gigs.models.refused_parts.RefusedPart.Reason",
        "OpportunityStateEnum": "gigs.models.opportunities.OpportunityState",
        "ProjectStateEnum": "gigs.models.clients.ProjectState",
        "WorkStateEnum": "gigs.models.work.WorkState",
        "WaitlistStateEnum": "gigs.models.slots.WaitlistState",
        "TaskKindEnum": "gigs.models.time.TaskCount.Kind",
        "TimeCorrectionStateEnum": "gigs.models.time.CorrectionState",
        "PaymentStateEnum": "payments.models.payments.PaymentState",
        "PayoutStateEnum": "payments.models.payouts.PayoutState",
        "PayoutBatchStateEnum": "payments.models.payout_batches.BatchState",
        "PayoutRailEnum": "payments.models.payout_batches.Rail",
        "UdyamStateEnum": "payments.models.udyam.UdyamState",
        "UdyamSizeEnum": "payments.models.udyam.UdyamRegistration.Size",
        "PayoutVerbEnum": "payments.models.payout_decisions.PayoutVerb",
        "PayoutDecisionOutcomeEnum": "payments.models.payout_decisions.DecisionOutcome",
        "InterventionKindEnum": "proctoring.models.review.Intervention.Kind",
        "InterventionReasonEnum": "proctoring.models.review.Intervention.Reason",
        "ModeEnum": "proctoring.models.policies.DetectorMode.Mode",
        "TicketStateEnum": "chatbot.models.tickets.TicketState",
        "HelpModeEnum": "chatbot.models.conversations.ConversationMode",
        "CustomQuestionStateEnum": "chatbot.models.custom_questions.CustomQuestionState",
        "HelpLanguageEnum": "chatbot.models.languages.HelpLanguage",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "hitouch.api_schema.add_app_client",
        "hitouch.api_schema.add_problems",
        "hitouch.api_schema.add_client_secret",
    ],
}
