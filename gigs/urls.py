"""The pages of gigs."""

from django.urls import path

from gigs.applications import client_views as application_client_views
from gigs.applications import views as application_views
from gigs.bonuses import client_views as bonus_client_views
from gigs.cancellations import client_views as cancellation_client_views
from gigs.clients import client_views as member_views
from gigs.clients import views as client_views
from gigs.disputes import client_views as dispute_client_views
from gigs.disputes import views as dispute_views
from gigs.engagements import client_views as gig_client_views
from gigs.engagements import views as gig_views
from gigs.forecasts import client_views as forecast_client_views
from gigs.invitations import client_views as invitation_client_views
from gigs.invitations import views as invitation_views
from gigs.opportunities import client_views as opportunity_client_views
from gigs.opportunities import views as opportunity_views
from gigs.ratings import client_views as rating_client_views
from gigs.ratings import views as rating_views
from gigs.series import client_views as series_client_views
from gigs.shifts import client_views as shift_client_views
from gigs.shifts import views as shift_views
from gigs.slots import client_views as slot_client_views
from gigs.slots import views as slot_views
from gigs.work import client_views as work_client_views
from gigs.work import views as work_views
from gigs.workspace import views as workspace_views

app_name = "gigs"
agent_pages = [
    path("gigs/<uuid:gig_id>/rating/", rating_views.rating, name="rating"),
    path("shifts/calendar/", slot_views.create_calendar, name="create-calendar"),
    path("shifts/calendar/revoke/", slot_views.revoke_calendar, name="revoke-calendar"),
    path("calendar/<str:token>.ics", slot_views.calendar, name="calendar"),
    path("claims/<uuid:claim_id>/swap/", slot_views.offer_swap, name="offer-swap"),
    path("claims/<uuid:claim_id>/swap/withdraw/", slot_views.withdraw_swap, name="withdraw-swap"),
    path("slots/<uuid:slot_id>/waitlist/", slot_views.join_waitlist, name="join-waitlist"),
    path("slots/<uuid:slot_id>/why/", slot_views.why, name="why-slot"),
    path("slots/<uuid:slot_id>/receipt/", slot_views.receipt, name="receipt"),
    path("waitlist/<uuid:entry_id>/leave/", slot_views.leave_waitlist, name="leave-waitlist"),
    path("shifts/list/", shift_views.shift_list, name="shift-list"),
    path("shifts/<uuid:claim_id>/", shift_views.shift, name="shift"),
    path("slots/<uuid:slot_id>/", shift_views.slot, name="slot"),
    path("claims/<uuid:claim_id>/tasks/", shift_views.count_tasks, name="count-tasks"),
    path(
        "claims/<uuid:claim_id>/corrections/",
        shift_views.propose_correction,
        name="propose-correction",
    ),
    path(
        "corrections/<uuid:correction_id>/<slug:verb>/",
        shift_views.decide_correction,
        name="decide-correction",
    ),
    path("work-sessions/<uuid:session_id>/break/", shift_views.start_break, name="start-break"),
    path("breaks/<uuid:break_id>/end/", shift_views.end_break, name="end-break"),
    path("opportunities/", opportunity_views.opportunities, name="opportunities"),
    path("opportunities/<uuid:opportunity_id>/", application_views.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity_id>/apply/", application_views.apply, name="apply"),
    path("opportunities/<uuid:opportunity_id>/terms/", opportunity_views.versions, name="terms"),
    path("work-invitations/", invitation_views.received, name="invitations"),
    path(
        "work-invitations/<uuid:invitation_id>/decline/",
        invitation_views.decline,
        name="decline-invitation",
    ),
    path(
        "work-invitations/<uuid:invitation_id>/block/",
        invitation_views.block,
        name="block-invitations",
    ),
    path(
        "blocked-clients/<uuid:blocked_id>/unblock/",
        invitation_views.unblock,
        name="unblock-client",
    ),
    path("saved-searches/", opportunity_views.saved_searches, name="saved-searches"),
    path("saved-searches/save/", opportunity_views.save_search, name="save-search"),
    path(
        "saved-searches/<uuid:search_id>/delete/",
        opportunity_views.delete_search,
        name="delete-search",
    ),
    path(
        "saved-searches/stop/<str:token>/",
        opportunity_views.stop_search_mails,
        name="stop-search-mails",
    ),
    path("you/as-clients-see-you/", application_views.own_profile, name="own-profile"),
    path("applications/", application_views.applications, name="applications"),
    path(
        "applications/<uuid:application_id>/withdraw/", application_views.withdraw, name="withdraw"
    ),
    path(
        "applications/<uuid:application_id>/acknowledge/",
        application_views.acknowledge,
        name="acknowledge-terms",
    ),
    path("gigs/", gig_views.gigs, name="gigs"),
    path("gigs/<uuid:gig_id>/", work_views.gig, name="gig"),
    path("gigs/<uuid:gig_id>/leave/", gig_views.leave, name="leave-gig"),
    path("gigs/<uuid:gig_id>/works/", work_views.submit_work, name="submit-work"),
    path("works/<uuid:work_id>/", work_views.work, name="work"),
    path("refused-parts/<uuid:part_id>/answer/", work_views.answer_part, name="answer-part"),
    path("works/<uuid:work_id>/rework/", work_views.submit_rework, name="submit-rework"),
    path("works/<uuid:work_id>/files/<uuid:deliverable_id>/", work_views.file, name="file"),
    path("slots/<uuid:slot_id>/claim/", slot_views.claim_slot, name="claim-slot"),
    path("shifts/", shift_views.shifts, name="shifts"),
    path("claims/<uuid:claim_id>/release/", slot_views.release_claim, name="release-claim"),
    path("claims/<uuid:claim_id>/clock-in/", shift_views.clock_in, name="clock-in"),
    path("work-sessions/<uuid:session_id>/clock-out/", shift_views.clock_out, name="clock-out"),
]
plan_pages = [
    path(
        "client/opportunities/<uuid:opportunity_id>/milestones/",
        opportunity_client_views.set_milestones,
        name="client-milestones",
    ),
    path("client/gigs/<uuid:gig_id>/rating/", rating_client_views.rating, name="client-rating"),
    path("client/live/", shift_client_views.live_board, name="client-live"),
    path("client/schedule/", shift_client_views.schedule, name="client-schedule"),
    path("client/shifts/<uuid:claim_id>/", shift_client_views.shift, name="client-shift"),
    path(
        "client/shifts/<uuid:claim_id>/corrections/",
        shift_client_views.propose_correction,
        name="client-propose-correction",
    ),
    path(
        "client/corrections/<uuid:correction_id>/<slug:verb>/",
        shift_client_views.decide_correction,
        name="client-decide-correction",
    ),
    path("client/", workspace_views.home, name="client-home"),
    path("client/members/", member_views.members, name="client-members"),
    path("client/members/invite/", member_views.invite, name="client-invite-member"),
    path("client/members/leave/", member_views.leave, name="client-leave"),
    path("client/members/<uuid:member_id>/role/", member_views.change_role, name="client-role"),
    path("client/members/<uuid:member_id>/remove/", member_views.remove, name="client-remove"),
    path(
        "client/invitations/<uuid:invitation_id>/withdraw/",
        member_views.withdraw_invitation,
        name="client-withdraw-invitation",
    ),
    path("invitations/<str:token>/", member_views.invitation, name="invitation"),
    path("client/projects/", client_views.projects, name="client-projects"),
    path("client/projects/new/", client_views.new_project, name="client-new-project"),
    path(
        "client/projects/<uuid:project_id>/",
        opportunity_client_views.project,
        name="client-project",
    ),
    path(
        "client/projects/<uuid:project_id>/opportunities/new/",
        opportunity_client_views.new_opportunity,
        name="client-new-opportunity",
    ),
    path(
        "client/opportunities/", opportunity_client_views.opportunities, name="client-opportunities"
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/",
        slot_client_views.opportunity,
        name="client-opportunity",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/edit/",
        opportunity_client_views.edit_opportunity,
        name="client-edit-opportunity",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/agents/",
        invitation_client_views.agents,
        name="client-agents",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/invite/",
        invitation_client_views.invite,
        name="client-invite",
    ),
    path(
        "client/agent-invitations/<uuid:invitation_id>/revoke/",
        invitation_client_views.revoke,
        name="client-revoke-invitation",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/terms/",
        opportunity_client_views.versions,
        name="client-terms",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/preview/",
        opportunity_client_views.preview,
        name="client-preview",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/copy/",
        opportunity_client_views.copy,
        name="client-copy",
    ),
    path(
        "client/projects/<uuid:project_id>/copy/",
        opportunity_client_views.copy_project,
        name="client-copy-project",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/publish/",
        opportunity_client_views.publish,
        name="client-publish",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/close/",
        opportunity_client_views.close,
        name="client-close",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/hold/",
        opportunity_client_views.hold,
        name="client-hold",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/resume/",
        opportunity_client_views.resume,
        name="client-resume",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/cancel/",
        gig_client_views.cancel_opportunity,
        name="client-cancel",
    ),
    path("client/slots/<uuid:slot_id>/bonus/", bonus_client_views.bonus, name="client-bonus"),
    path("client/slots/<uuid:slot_id>/", cancellation_client_views.slot, name="client-slot"),
    path(
        "client/opportunities/<uuid:opportunity_id>/openings/",
        slot_client_views.open_slots,
        name="client-open-slots",
    ),
    path(
        "client/opportunities/<uuid:opportunity_id>/slots/",
        slot_client_views.add_slot,
        name="client-add-slot",
    ),
]
opportunity_prefix = "client/opportunities/<uuid:opportunity_id>/"
series_prefix = "client/opportunities/series/<uuid:series_id>/"
forecast_prefix = "client/opportunities/forecasts/<uuid:forecast_id>/"
series_pages = [
    path(
        opportunity_prefix + "forecasts/new/",
        forecast_client_views.new_forecast,
        name="client-new-forecast",
    ),
    path(forecast_prefix, forecast_client_views.forecast, name="client-forecast"),
    path(
        forecast_prefix + "shifts/", forecast_client_views.add_proposed, name="client-add-proposed"
    ),
    path(
        opportunity_prefix + "series/new/", series_client_views.new_series, name="client-new-series"
    ),
    path(
        opportunity_prefix + "slots/copy/", series_client_views.copy_week, name="client-copy-week"
    ),
    path(series_prefix, series_client_views.series, name="client-series"),
    path(series_prefix + "change/", series_client_views.change_series, name="client-change-series"),
    path(series_prefix + "cancel/", series_client_views.cancel_series, name="client-cancel-series"),
]
application_prefix = "client/applications/<uuid:application_id>/"
work_prefix = "client/works/<uuid:work_id>/"
project_prefix = "client/projects/<uuid:project_id>/"
gig_prefix = "client/gigs/<uuid:gig_id>/"
decision_pages = [
    path("client/applications/", application_client_views.applications, name="client-applications"),
    path(
        "client/applications/reject/",
        application_client_views.reject_several,
        name="client-reject-several",
    ),
    path("client/applications/compare/", application_client_views.compare, name="client-compare"),
    path(
        "client/applications/accept/",
        application_client_views.accept_several,
        name="client-accept-several",
    ),
    path(application_prefix, application_client_views.application, name="client-application"),
    path(application_prefix + "accept/", application_client_views.accept, name="client-accept"),
    path(application_prefix + "reject/", application_client_views.reject, name="client-reject"),
    path("client/works/", work_client_views.works, name="client-works"),
    path("client/works/approve/", work_client_views.approve_several, name="client-approve-several"),
    path(work_prefix, work_client_views.work, name="client-work"),
    path(work_prefix + "review/", work_client_views.start_review, name="client-start-review"),
    path(work_prefix + "approve/", work_client_views.approve, name="client-approve"),
    path(work_prefix + "approve-part/", work_client_views.approve_part, name="client-approve-part"),
    path(
        "client/refused-parts/<uuid:part_id>/grant/",
        work_client_views.grant_part,
        name="client-grant-part",
    ),
    path(work_prefix + "rework/", work_client_views.request_rework, name="client-rework"),
    path(work_prefix + "reject/", work_client_views.reject_work, name="client-reject-work"),
    path(work_prefix + "files/<uuid:deliverable_id>/", work_client_views.file, name="client-file"),
    path("client/gigs/", gig_client_views.gigs, name="client-gigs"),
    path(project_prefix + "hold/", gig_client_views.hold_project, name="client-hold-project"),
    path(project_prefix + "resume/", gig_client_views.resume_project, name="client-resume-project"),
    path(
        project_prefix + "complete/",
        gig_client_views.complete_project,
        name="client-complete-project",
    ),
    path(project_prefix + "cancel/", gig_client_views.cancel_project, name="client-cancel-project"),
    path(gig_prefix, gig_client_views.gig, name="client-gig"),
    path(gig_prefix + "complete/", gig_client_views.complete_gig, name="client-complete"),
    path(gig_prefix + "hold/", gig_client_views.hold_gig, name="client-hold-gig"),
    path(gig_prefix + "resume/", gig_client_views.resume_gig, name="client-resume-gig"),
    path(gig_prefix + "end/", gig_client_views.end_gig, name="client-end-gig"),
    path(gig_prefix + "replace/", gig_client_views.replace_gig, name="client-replace-gig"),
]
dispute_pages = [
    path(
        "disputes/<uuid:dispute_id>/evidence.json",
        dispute_views.evidence,
        {"form": "json"},
        name="dispute-evidence-json",
    ),
    path(
        "disputes/<uuid:dispute_id>/evidence.zip",
        dispute_views.evidence,
        {"form": "zip"},
        name="dispute-evidence-zip",
    ),
    path("disputes/", dispute_views.disputes, name="disputes"),
    path(
        "disputes/open/<slug:kind>/<uuid:subject_id>/",
        dispute_views.open_dispute,
        name="open-dispute",
    ),
    path("disputes/<uuid:dispute_id>/", dispute_views.dispute, name="dispute"),
    path("disputes/<uuid:dispute_id>/<slug:verb>/", dispute_views.act, name="dispute-act"),
    path(
        "disputes/<uuid:dispute_id>/files/<uuid:file_id>/", dispute_views.file, name="dispute-file"
    ),
    path(
        "client/disputes/<uuid:dispute_id>/evidence.json",
        dispute_client_views.evidence,
        {"form": "json"},
        name="client-dispute-evidence-json",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/evidence.zip",
        dispute_client_views.evidence,
        {"form": "zip"},
        name="client-dispute-evidence-zip",
    ),
    path("client/disputes/", dispute_client_views.disputes, name="client-disputes"),
    path(
        "client/disputes/open/<slug:kind>/<uuid:subject_id>/",
        dispute_client_views.open_dispute,
        name="client-open-dispute",
    ),
    path("client/disputes/<uuid:dispute_id>/", dispute_client_views.dispute, name="client-dispute"),
    path(
        "client/disputes/<uuid:dispute_id>/accept/",
        dispute_client_views.commit,
        {"verb": "accept"},
        name="client-dispute-accept",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/bid/",
        dispute_client_views.commit,
        {"verb": "bid"},
        name="client-dispute-bid",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/<slug:verb>/",
        dispute_client_views.act,
        name="client-dispute-act",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/files/<uuid:file_id>/",
        dispute_client_views.file,
        name="client-dispute-file",
    ),
]
urlpatterns = [*agent_pages, *plan_pages, *series_pages, *decision_pages, *dispute_pages]
