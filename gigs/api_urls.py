"""The endpoints of gigs."""

from django.urls import path

from gigs.api import clients, deciding, finding, working

app_name = "gigs"

agent_paths = [
    path("opportunities/", finding.OpportunityListView.as_view(), name="opportunities"),
    path(
        "opportunities/<uuid:opportunity_id>/",
        finding.OpportunityDetailView.as_view(),
        name="opportunity",
    ),
    path(
        "opportunities/<uuid:opportunity_id>/applications/",
        finding.ApplyView.as_view(),
        name="apply",
    ),
    path("applications/", finding.ApplicationListView.as_view(), name="applications"),
    path(
        "applications/<uuid:application_id>/withdraw/",
        finding.WithdrawApplicationView.as_view(),
        name="withdraw",
    ),
    path("gigs/", working.GigListView.as_view(), name="gigs"),
    path("gigs/<uuid:gig_id>/", working.GigDetailView.as_view(), name="gig"),
    path("gigs/<uuid:gig_id>/slots/", working.GigSlotListView.as_view(), name="gig-slots"),
    path("gigs/<uuid:gig_id>/works/", working.SubmitWorkView.as_view(), name="submit-work"),
    path("slots/<uuid:slot_id>/claims/", working.ClaimSlotView.as_view(), name="claim-slot"),
    path("claims/", working.ClaimListView.as_view(), name="claims"),
    path(
        "claims/<uuid:claim_id>/release/", working.ReleaseClaimView.as_view(), name="release-claim"
    ),
    path("claims/<uuid:claim_id>/clock-in/", working.ClockInView.as_view(), name="clock-in"),
    path(
        "work-sessions/<uuid:session_id>/clock-out/",
        working.ClockOutView.as_view(),
        name="clock-out",
    ),
    path("works/<uuid:work_id>/", working.WorkDetailView.as_view(), name="work"),
    path("works/<uuid:work_id>/rework/", working.SubmitReworkView.as_view(), name="submit-rework"),
]

plan = "client/opportunities/<uuid:opportunity_id>/"
applicant = "client/applications/<uuid:application_id>/"
handed_in = "client/works/<uuid:work_id>/"

client_paths = [
    path("client/projects/", clients.ProjectListView.as_view(), name="client-projects"),
    path(
        "client/opportunities/",
        clients.ClientOpportunityListView.as_view(),
        name="client-opportunities",
    ),
    path(plan + "slots/", clients.AddSlotView.as_view(), name="client-add-slot"),
    path(plan + "publish/", clients.PublishOpportunityView.as_view(), name="client-publish"),
    path(plan + "close/", clients.CloseOpportunityView.as_view(), name="client-close"),
    path(
        "client/applications/",
        deciding.ClientApplicationListView.as_view(),
        name="client-applications",
    ),
    path(applicant + "accept/", deciding.AcceptApplicationView.as_view(), name="client-accept"),
    path(applicant + "reject/", deciding.RejectApplicationView.as_view(), name="client-reject"),
    path("client/works/", deciding.ClientWorkListView.as_view(), name="client-works"),
    path(handed_in + "approve/", deciding.ApproveWorkView.as_view(), name="client-approve"),
    path(handed_in + "rework/", deciding.RequestReworkView.as_view(), name="client-rework"),
    path(handed_in + "reject/", deciding.RejectWorkView.as_view(), name="client-reject-work"),
]

urlpatterns = [*agent_paths, *client_paths]
