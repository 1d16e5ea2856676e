"""The endpoints of gigs."""

from django.urls import path

from gigs.api import clients, deciding, finding, working

app_name = "gigs"

agent_paths = [
    path("opportunities/", finding.Opportunities.as_view(), name="opportunities"),
    path(
        "opportunities/<uuid:opportunity_id>/",
        finding.OneOpportunity.as_view(),
        name="opportunity",
    ),
    path(
        "opportunities/<uuid:opportunity_id>/applications/", finding.Apply.as_view(), name="apply"
    ),
    path("applications/", finding.Applications.as_view(), name="applications"),
    path(
        "applications/<uuid:application_id>/withdraw/", finding.Withdraw.as_view(), name="withdraw"
    ),
    path("gigs/", working.Gigs.as_view(), name="gigs"),
    path("gigs/<uuid:gig_id>/", working.OneGig.as_view(), name="gig"),
    path("gigs/<uuid:gig_id>/slots/", working.GigSlots.as_view(), name="gig-slots"),
    path("gigs/<uuid:gig_id>/works/", working.SubmitWork.as_view(), name="submit-work"),
    path("slots/<uuid:slot_id>/claims/", working.ClaimSlot.as_view(), name="claim-slot"),
    path("claims/", working.Claims.as_view(), name="claims"),
    path("claims/<uuid:claim_id>/release/", working.ReleaseClaim.as_view(), name="release-claim"),
    path("claims/<uuid:claim_id>/clock-in/", working.ClockIn.as_view(), name="clock-in"),
    path(
        "work-sessions/<uuid:session_id>/clock-out/", working.ClockOut.as_view(), name="clock-out"
    ),
    path("works/<uuid:work_id>/", working.OneWork.as_view(), name="work"),
    path("works/<uuid:work_id>/rework/", working.SubmitRework.as_view(), name="submit-rework"),
]

plan = "client/opportunities/<uuid:opportunity_id>/"
applicant = "client/applications/<uuid:application_id>/"
handed_in = "client/works/<uuid:work_id>/"

client_paths = [
    path("client/projects/", clients.Projects.as_view(), name="client-projects"),
    path(
        "client/opportunities/", clients.ClientOpportunities.as_view(), name="client-opportunities"
    ),
    path(plan + "slots/", clients.AddSlot.as_view(), name="client-add-slot"),
    path(plan + "publish/", clients.Publish.as_view(), name="client-publish"),
    path(plan + "close/", clients.Close.as_view(), name="client-close"),
    path("client/applications/", deciding.ClientApplications.as_view(), name="client-applications"),
    path(applicant + "accept/", deciding.Accept.as_view(), name="client-accept"),
    path(applicant + "reject/", deciding.Reject.as_view(), name="client-reject"),
    path("client/works/", deciding.ClientWorks.as_view(), name="client-works"),
    path(handed_in + "approve/", deciding.Approve.as_view(), name="client-approve"),
    path(handed_in + "rework/", deciding.AskRework.as_view(), name="client-rework"),
    path(handed_in + "reject/", deciding.RejectWork.as_view(), name="client-reject-work"),
]

urlpatterns = [*agent_paths, *client_paths]
