"""API URLs of gigs, for agents and clients."""

from django.urls import path

from gigs.api import client_planning, client_review, opportunities, work

app_name = "gigs"
agent_paths = [
    path("opportunities/", opportunities.OpportunityListView.as_view(), name="opportunities"),
    path(
        "opportunities/<uuid:opportunity_id>/",
        opportunities.OpportunityDetailView.as_view(),
        name="opportunity",
    ),
    path(
        "opportunities/<uuid:opportunity_id>/applications/",
        opportunities.ApplyView.as_view(),
        name="apply",
    ),
    path("applications/", opportunities.ApplicationListView.as_view(), name="applications"),
    path(
        "applications/<uuid:application_id>/withdraw/",
        opportunities.WithdrawApplicationView.as_view(),
        name="withdraw",
    ),
    path("gigs/", work.GigListView.as_view(), name="gigs"),
    path("gigs/<uuid:gig_id>/", work.GigDetailView.as_view(), name="gig"),
    path("gigs/<uuid:gig_id>/slots/", work.GigSlotListView.as_view(), name="gig-slots"),
    path("gigs/<uuid:gig_id>/works/", work.SubmitWorkView.as_view(), name="submit-work"),
    path("slots/<uuid:slot_id>/claims/", work.ClaimSlotView.as_view(), name="claim-slot"),
    path("claims/", work.ClaimListView.as_view(), name="claims"),
    path("claims/<uuid:claim_id>/release/", work.ReleaseClaimView.as_view(), name="release-claim"),
    path("claims/<uuid:claim_id>/clock-in/", work.ClockInView.as_view(), name="clock-in"),
    path(
        "work-sessions/<uuid:session_id>/clock-out/",
        work.ClockOutView.as_view(),
        name="clock-out",
    ),
    path("works/<uuid:work_id>/", work.WorkDetailView.as_view(), name="work"),
    path("works/<uuid:work_id>/rework/", work.SubmitReworkView.as_view(), name="submit-rework"),
]
opportunity_prefix = "client/opportunities/<uuid:opportunity_id>/"
application_prefix = "client/applications/<uuid:application_id>/"
work_prefix = "client/works/<uuid:work_id>/"
client_paths = [
    path("client/projects/", client_planning.ProjectListView.as_view(), name="client-projects"),
    path(
        "client/opportunities/",
        client_planning.ClientOpportunityListView.as_view(),
        name="client-opportunities",
    ),
    path(
        opportunity_prefix + "slots/", client_planning.AddSlotView.as_view(), name="client-add-slot"
    ),
    path(
        opportunity_prefix + "publish/",
        client_planning.PublishOpportunityView.as_view(),
        name="client-publish",
    ),
    path(
        opportunity_prefix + "close/",
        client_planning.CloseOpportunityView.as_view(),
        name="client-close",
    ),
    path(
        "client/applications/",
        client_review.ClientApplicationListView.as_view(),
        name="client-applications",
    ),
    path(
        application_prefix + "accept/",
        client_review.AcceptApplicationView.as_view(),
        name="client-accept",
    ),
    path(
        application_prefix + "reject/",
        client_review.RejectApplicationView.as_view(),
        name="client-reject",
    ),
    path("client/works/", client_review.ClientWorkListView.as_view(), name="client-works"),
    path(work_prefix + "approve/", client_review.ApproveWorkView.as_view(), name="client-approve"),
    path(work_prefix + "rework/", client_review.RequestReworkView.as_view(), name="client-rework"),
    path(
        work_prefix + "reject/", client_review.RejectWorkView.as_view(), name="client-reject-work"
    ),
]
urlpatterns = [*agent_paths, *client_paths]
