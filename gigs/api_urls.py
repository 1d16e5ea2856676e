"""The endpoints of gigs."""

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
plan = "client/opportunities/<uuid:opportunity_id>/"
applicant = "client/applications/<uuid:application_id>/"
handed_in = "client/works/<uuid:work_id>/"
client_paths = [
    path("client/projects/", client_planning.ProjectListView.as_view(), name="client-projects"),
    path(
        "client/opportunities/",
        client_planning.ClientOpportunityListView.as_view(),
        name="client-opportunities",
    ),
    path(plan + "slots/", client_planning.AddSlotView.as_view(), name="client-add-slot"),
    path(
        plan + "publish/", client_planning.PublishOpportunityView.as_view(), name="client-publish"
    ),
    path(plan + "close/", client_planning.CloseOpportunityView.as_view(), name="client-close"),
    path(
        "client/applications/",
        client_review.ClientApplicationListView.as_view(),
        name="client-applications",
    ),
    path(
        applicant + "accept/", client_review.AcceptApplicationView.as_view(), name="client-accept"
    ),
    path(
        applicant + "reject/", client_review.RejectApplicationView.as_view(), name="client-reject"
    ),
    path("client/works/", client_review.ClientWorkListView.as_view(), name="client-works"),
    path(handed_in + "approve/", client_review.ApproveWorkView.as_view(), name="client-approve"),
    path(handed_in + "rework/", client_review.RequestReworkView.as_view(), name="client-rework"),
    path(handed_in + "reject/", client_review.RejectWorkView.as_view(), name="client-reject-work"),
]
urlpatterns = [*agent_paths, *client_paths]
