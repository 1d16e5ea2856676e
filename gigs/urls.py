"""The pages of gigs."""

from django.urls import path

from gigs.views import client_planning, client_review, opportunities, work

app_name = "gigs"
agent_pages = [
    path("opportunities/", opportunities.opportunities, name="opportunities"),
    path("opportunities/<uuid:opportunity_id>/", opportunities.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity_id>/apply/", opportunities.apply, name="apply"),
    path("applications/", opportunities.applications, name="applications"),
    path("applications/<uuid:application_id>/withdraw/", opportunities.withdraw, name="withdraw"),
    path("gigs/", work.gigs, name="gigs"),
    path("gigs/<uuid:gig_id>/", work.gig, name="gig"),
    path("gigs/<uuid:gig_id>/works/", work.submit_work, name="submit-work"),
    path("works/<uuid:work_id>/", work.work, name="work"),
    path("works/<uuid:work_id>/rework/", work.submit_rework, name="submit-rework"),
    path("works/<uuid:work_id>/files/<uuid:deliverable_id>/", work.file, name="file"),
    path("slots/<uuid:slot_id>/claim/", work.claim_slot, name="claim-slot"),
    path("shifts/", work.shifts, name="shifts"),
    path("claims/<uuid:claim_id>/release/", work.release_claim, name="release-claim"),
    path("claims/<uuid:claim_id>/clock-in/", work.clock_in, name="clock-in"),
    path("work-sessions/<uuid:session_id>/clock-out/", work.clock_out, name="clock-out"),
]
plan_pages = [
    path("client/", client_planning.home, name="client-home"),
    path("client/projects/", client_planning.projects, name="client-projects"),
    path("client/projects/new/", client_planning.new_project, name="client-new-project"),
    path("client/projects/<uuid:project_id>/", client_planning.project, name="client-project"),
    path(
        "client/projects/<uuid:project_id>/opportunities/new/",
        client_planning.new_opportunity,
        name="client-new-opportunity",
    ),
    path("client/opportunities/", client_planning.opportunities, name="client-opportunities"),
    path(
        "client/opportunities/<uuid:opportunity_id>/",
        client_planning.opportunity,
        name="client-opportunity",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/publish/",
        client_planning.publish,
        name="client-publish",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/close/",
        client_planning.close,
        name="client-close",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/slots/",
        client_planning.add_slot,
        name="client-add-slot",
    ),
]
application_prefix = "client/applications/<uuid:application_id>/"
work_prefix = "client/works/<uuid:work_id>/"
decision_pages = [
    path("client/applications/", client_review.applications, name="client-applications"),
    path(application_prefix, client_review.application, name="client-application"),
    path(application_prefix + "accept/", client_review.accept, name="client-accept"),
    path(application_prefix + "reject/", client_review.reject, name="client-reject"),
    path("client/works/", client_review.works, name="client-works"),
    path(work_prefix, client_review.work, name="client-work"),
    path(work_prefix + "review/", client_review.start_review, name="client-start-review"),
    path(work_prefix + "approve/", client_review.approve, name="client-approve"),
    path(work_prefix + "rework/", client_review.request_rework, name="client-rework"),
    path(work_prefix + "reject/", client_review.reject_work, name="client-reject-work"),
    path(work_prefix + "files/<uuid:deliverable_id>/", client_review.file, name="client-file"),
    path("client/gigs/", client_review.gigs, name="client-gigs"),
    path("client/gigs/<uuid:gig_id>/complete/", client_review.complete_gig, name="client-complete"),
]
urlpatterns = [*agent_pages, *plan_pages, *decision_pages]
