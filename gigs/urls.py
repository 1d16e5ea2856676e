"""The pages of gigs."""

from django.urls import path

from gigs.views import client_decides, client_plans, finding, working

app_name = "gigs"

agent_pages = [
    path("opportunities/", finding.opportunities, name="opportunities"),
    path("opportunities/<uuid:opportunity_id>/", finding.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity_id>/apply/", finding.apply, name="apply"),
    path("applications/", finding.applications, name="applications"),
    path("applications/<uuid:application_id>/withdraw/", finding.withdraw, name="withdraw"),
    path("gigs/", working.gigs, name="gigs"),
    path("gigs/<uuid:gig_id>/", working.gig, name="gig"),
    path("gigs/<uuid:gig_id>/works/", working.submit_work, name="submit-work"),
    path("works/<uuid:work_id>/", working.work, name="work"),
    path("works/<uuid:work_id>/rework/", working.submit_rework, name="submit-rework"),
    path("works/<uuid:work_id>/files/<uuid:deliverable_id>/", working.file, name="file"),
    path("slots/<uuid:slot_id>/claim/", working.claim_slot, name="claim-slot"),
    path("shifts/", working.shifts, name="shifts"),
    path("claims/<uuid:claim_id>/release/", working.release_claim, name="release-claim"),
    path("claims/<uuid:claim_id>/clock-in/", working.clock_in, name="clock-in"),
    path("work-sessions/<uuid:session_id>/clock-out/", working.clock_out, name="clock-out"),
]

plan_pages = [
    path("client/", client_plans.home, name="client-home"),
    path("client/projects/", client_plans.projects, name="client-projects"),
    path("client/projects/new/", client_plans.new_project, name="client-new-project"),
    path("client/projects/<uuid:project_id>/", client_plans.project, name="client-project"),
    path(
        "client/projects/<uuid:project_id>/opportunities/new/",
        client_plans.new_opportunity,
        name="client-new-opportunity",
    ),
    path("client/opportunities/", client_plans.opportunities, name="client-opportunities"),
    path(
        "client/opportunities/<uuid:opportunity_id>/",
        client_plans.opportunity,
        name="client-opportunity",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/publish/",
        client_plans.publish,
        name="client-publish",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/close/",
        client_plans.close,
        name="client-close",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/slots/",
        client_plans.add_slot,
        name="client-add-slot",
    ),
]

applicant = "client/applications/<uuid:application_id>/"
handed_in = "client/works/<uuid:work_id>/"

decision_pages = [
    path("client/applications/", client_decides.applications, name="client-applications"),
    path(applicant, client_decides.application, name="client-application"),
    path(applicant + "accept/", client_decides.accept, name="client-accept"),
    path(applicant + "reject/", client_decides.reject, name="client-reject"),
    path("client/works/", client_decides.works, name="client-works"),
    path(handed_in, client_decides.work, name="client-work"),
    path(handed_in + "review/", client_decides.start_review, name="client-start-review"),
    path(handed_in + "approve/", client_decides.approve, name="client-approve"),
    path(handed_in + "rework/", client_decides.ask_rework, name="client-rework"),
    path(handed_in + "reject/", client_decides.reject_work, name="client-reject-work"),
    path(handed_in + "files/<uuid:deliverable_id>/", client_decides.file, name="client-file"),
    path("client/gigs/", client_decides.gigs, name="client-gigs"),
    path(
        "client/gigs/<uuid:gig_id>/complete/", client_decides.complete_gig, name="client-complete"
    ),
]

urlpatterns = [*agent_pages, *plan_pages, *decision_pages]
