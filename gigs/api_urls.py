"""API URLs of gigs, for agents and clients."""

from django.urls import path

from gigs.applications import api as application_api
from gigs.applications import client_api as application_client_api
from gigs.bonuses import client_api as bonus_client_api
from gigs.cancellations import client_api as cancellation_client_api
from gigs.clients import api as client_api
from gigs.clients import client_api as member_api
from gigs.disputes import api as dispute_api
from gigs.disputes import client_api as dispute_client_api
from gigs.engagements import api as gig_api
from gigs.engagements import client_api as gig_client_api
from gigs.forecasts import client_api as forecast_client_api
from gigs.invitations import api as invitation_api
from gigs.invitations import client_api as invitation_client_api
from gigs.opportunities import api as opportunity_api
from gigs.opportunities import client_api as opportunity_client_api
from gigs.ratings import api as rating_api
from gigs.ratings import client_api as rating_client_api
from gigs.series import client_api as series_client_api
from gigs.shifts import api as shift_api
from gigs.shifts import client_api as shift_client_api
from gigs.slots import api as slot_api
from gigs.slots import client_api as slot_client_api
from gigs.work import api as work_api
from gigs.work import client_api as work_client_api

app_name = "gigs"
agent_paths = [
    path("gigs/<uuid:gig_id>/ratings/", rating_api.GigRatingsView.as_view(), name="rating"),
    path("claims/<uuid:claim_id>/swap/", slot_api.OfferSwapView.as_view(), name="offer-swap"),
    path(
        "claims/<uuid:claim_id>/swap/withdraw/",
        slot_api.WithdrawSwapView.as_view(),
        name="withdraw-swap",
    ),
    path(
        "slots/<uuid:slot_id>/waitlist/", slot_api.JoinWaitlistView.as_view(), name="join-waitlist"
    ),
    path(
        "waitlist/<uuid:entry_id>/leave/",
        slot_api.LeaveWaitlistView.as_view(),
        name="leave-waitlist",
    ),
    path("shifts/calendar/", shift_api.CalendarView.as_view(), name="shift-calendar"),
    path("claims/<uuid:claim_id>/", shift_api.ClaimDetailView.as_view(), name="claim"),
    path("claims/<uuid:claim_id>/tasks/", shift_api.CountTasksView.as_view(), name="count-tasks"),
    path(
        "claims/<uuid:claim_id>/corrections/",
        shift_api.ProposeCorrectionView.as_view(),
        name="propose-correction",
    ),
    path(
        "work-sessions/<uuid:session_id>/break/",
        shift_api.StartBreakView.as_view(),
        name="start-break",
    ),
    path("breaks/<uuid:break_id>/end/", shift_api.EndBreakView.as_view(), name="end-break"),
    path(
        "corrections/<uuid:correction_id>/agree/",
        shift_api.AgreeCorrectionView.as_view(),
        name="agree-correction",
    ),
    path(
        "corrections/<uuid:correction_id>/refuse/",
        shift_api.RefuseCorrectionView.as_view(),
        name="refuse-correction",
    ),
    path(
        "corrections/<uuid:correction_id>/withdraw/",
        shift_api.WithdrawCorrectionView.as_view(),
        name="withdraw-correction",
    ),
    path("opportunities/", opportunity_api.OpportunityListView.as_view(), name="opportunities"),
    path(
        "opportunities/<uuid:opportunity_id>/",
        opportunity_api.OpportunityDetailView.as_view(),
        name="opportunity",
    ),
    path(
        "opportunities/<uuid:opportunity_id>/applications/",
        application_api.ApplyView.as_view(),
        name="apply",
    ),
    path(
        "work-invitations/",
        invitation_api.WorkInvitationListView.as_view(),
        name="invitations",
    ),
    path(
        "work-invitations/<uuid:invitation_id>/decline/",
        invitation_api.DeclineInvitationView.as_view(),
        name="decline-invitation",
    ),
    path(
        "work-invitations/<uuid:invitation_id>/block/",
        invitation_api.BlockInvitationsView.as_view(),
        name="block-invitations",
    ),
    path(
        "blocked-clients/",
        invitation_api.BlockedClientsView.as_view(),
        name="blocked-clients",
    ),
    path(
        "blocked-clients/<uuid:blocked_id>/",
        invitation_api.BlockedClientView.as_view(),
        name="unblock-client",
    ),
    path(
        "opportunities/<uuid:opportunity_id>/terms/",
        opportunity_api.TermsView.as_view(),
        name="terms",
    ),
    path(
        "applications/<uuid:application_id>/acknowledge/",
        application_api.AcknowledgeTermsView.as_view(),
        name="acknowledge-terms",
    ),
    path("saved-searches/", opportunity_api.SavedSearchesView.as_view(), name="saved-searches"),
    path(
        "saved-searches/<uuid:search_id>/",
        opportunity_api.SavedSearchView.as_view(),
        name="saved-search",
    ),
    path("applications/", application_api.ApplicationListView.as_view(), name="applications"),
    path(
        "applications/<uuid:application_id>/withdraw/",
        application_api.WithdrawApplicationView.as_view(),
        name="withdraw",
    ),
    path("gigs/", gig_api.GigListView.as_view(), name="gigs"),
    path("gigs/<uuid:gig_id>/", gig_api.GigDetailView.as_view(), name="gig"),
    path("gigs/<uuid:gig_id>/leave/", gig_api.LeaveGigView.as_view(), name="leave-gig"),
    path("gigs/<uuid:gig_id>/slots/", slot_api.GigSlotListView.as_view(), name="gig-slots"),
    path(
        "gigs/<uuid:gig_id>/milestones/",
        work_api.GigMilestonesView.as_view(),
        name="gig-milestones",
    ),
    path("gigs/<uuid:gig_id>/works/", work_api.SubmitWorkView.as_view(), name="submit-work"),
    path("slots/<uuid:slot_id>/why/", slot_api.WhySlotView.as_view(), name="why-slot"),
    path("slots/<uuid:slot_id>/receipt/", slot_api.ReceiptView.as_view(), name="receipt"),
    path("slots/<uuid:slot_id>/claims/", slot_api.ClaimSlotView.as_view(), name="claim-slot"),
    path("claims/", slot_api.ClaimListView.as_view(), name="claims"),
    path(
        "claims/<uuid:claim_id>/release/", slot_api.ReleaseClaimView.as_view(), name="release-claim"
    ),
    path("claims/<uuid:claim_id>/clock-in/", shift_api.ClockInView.as_view(), name="clock-in"),
    path(
        "work-sessions/<uuid:session_id>/clock-out/",
        shift_api.ClockOutView.as_view(),
        name="clock-out",
    ),
    path("works/<uuid:work_id>/", work_api.WorkDetailView.as_view(), name="work"),
    path("works/<uuid:work_id>/hours/", work_api.WorkHoursView.as_view(), name="work-hours"),
    path("works/<uuid:work_id>/refused/", work_api.RefusedPartsView.as_view(), name="refused"),
    path(
        "refused-parts/<uuid:part_id>/answer/",
        work_api.AnswerPartView.as_view(),
        name="answer-part",
    ),
    path("works/<uuid:work_id>/rework/", work_api.SubmitReworkView.as_view(), name="submit-rework"),
]
opportunity_prefix = "client/opportunities/<uuid:opportunity_id>/"
application_prefix = "client/applications/<uuid:application_id>/"
work_prefix = "client/works/<uuid:work_id>/"
project_prefix = "client/projects/<uuid:project_id>/"
gig_prefix = "client/gigs/<uuid:gig_id>/"
series_prefix = "client/series/<uuid:series_id>/"
forecast_prefix = "client/forecasts/<uuid:forecast_id>/"
series_paths = [
    path(
        opportunity_prefix + "forecasts/",
        forecast_client_api.ForecastListView.as_view(),
        name="client-forecasts",
    ),
    path(
        forecast_prefix,
        forecast_client_api.ForecastDetailView.as_view(),
        name="client-forecast",
    ),
    path(
        forecast_prefix + "shifts/",
        forecast_client_api.AddProposedView.as_view(),
        name="client-add-proposed",
    ),
    path(
        opportunity_prefix + "series/",
        series_client_api.SeriesListView.as_view(),
        name="client-opportunity-series",
    ),
    path(
        opportunity_prefix + "series/preview/",
        series_client_api.PreviewSeriesView.as_view(),
        name="client-preview-series",
    ),
    path(
        opportunity_prefix + "slots/copy/",
        series_client_api.CopyWeekView.as_view(),
        name="client-copy-week",
    ),
    path(series_prefix, series_client_api.SeriesDetailView.as_view(), name="client-series"),
    path(
        series_prefix + "change/",
        series_client_api.ChangeSeriesView.as_view(),
        name="client-change-series",
    ),
    path(
        series_prefix + "cancel/",
        series_client_api.CancelSeriesView.as_view(),
        name="client-cancel-series",
    ),
]
client_paths = [
    path(
        "client/works/approve/",
        work_client_api.ApproveSeveralView.as_view(),
        name="client-approve-several",
    ),
    path(
        work_prefix + "approve-part/",
        work_client_api.ApprovePartView.as_view(),
        name="client-approve-part",
    ),
    path(
        work_prefix + "hours/",
        work_client_api.ClientWorkHoursView.as_view(),
        name="client-work-hours",
    ),
    path(
        "client/refused-parts/<uuid:part_id>/grant/",
        work_client_api.GrantPartView.as_view(),
        name="client-grant-part",
    ),
    path(
        opportunity_prefix + "milestones/",
        opportunity_client_api.OpportunityMilestonesView.as_view(),
        name="client-milestones",
    ),
    path(
        "client/gigs/<uuid:gig_id>/ratings/",
        rating_client_api.ClientGigRatingsView.as_view(),
        name="client-rating",
    ),
    path(
        "client/shifts/schedule/", shift_client_api.ScheduleView.as_view(), name="client-schedule"
    ),
    path("client/shifts/live/", shift_client_api.LiveBoardView.as_view(), name="client-live"),
    path(
        "client/shifts/<uuid:claim_id>/",
        shift_client_api.ClientShiftView.as_view(),
        name="client-shift",
    ),
    path(
        "client/shifts/<uuid:claim_id>/corrections/",
        shift_client_api.ClientProposeCorrectionView.as_view(),
        name="client-propose-correction",
    ),
    path(
        "client/corrections/<uuid:correction_id>/agree/",
        shift_client_api.ClientAgreeCorrectionView.as_view(),
        name="client-agree-correction",
    ),
    path(
        "client/corrections/<uuid:correction_id>/refuse/",
        shift_client_api.ClientRefuseCorrectionView.as_view(),
        name="client-refuse-correction",
    ),
    path(
        "client/corrections/<uuid:correction_id>/withdraw/",
        shift_client_api.ClientWithdrawCorrectionView.as_view(),
        name="client-withdraw-correction",
    ),
    path("client/members/", member_api.MemberListView.as_view(), name="client-members"),
    path("client/members/leave/", member_api.LeaveClientView.as_view(), name="client-leave"),
    path("client/members/<uuid:member_id>/", member_api.MemberView.as_view(), name="client-member"),
    path(
        "client/invitations/", member_api.MemberInvitationsView.as_view(), name="client-invitations"
    ),
    path(
        "client/invitations/accept/",
        member_api.AcceptInvitationView.as_view(),
        name="accept-invitation",
    ),
    path(
        "client/invitations/<uuid:invitation_id>/",
        member_api.MemberInvitationView.as_view(),
        name="client-invitation",
    ),
    path("client/projects/", client_api.ProjectListView.as_view(), name="client-projects"),
    path(
        "client/opportunities/",
        opportunity_client_api.ClientOpportunityListView.as_view(),
        name="client-opportunities",
    ),
    path(
        opportunity_prefix,
        opportunity_client_api.ClientOpportunityView.as_view(),
        name="client-opportunity",
    ),
    path(
        opportunity_prefix + "invitations/",
        invitation_client_api.SentInvitationListView.as_view(),
        name="client-agent-invitations",
    ),
    path(
        "client/agent-invitations/<uuid:invitation_id>/revoke/",
        invitation_client_api.RevokeInvitationView.as_view(),
        name="client-revoke-invitation",
    ),
    path(
        opportunity_prefix + "agents/",
        opportunity_client_api.RankedAgentsView.as_view(),
        name="client-agents",
    ),
    path(
        opportunity_prefix + "terms/",
        opportunity_client_api.ClientTermsView.as_view(),
        name="client-terms",
    ),
    path(
        "client/slots/<uuid:slot_id>/bonus/",
        bonus_client_api.SlotBonusView.as_view(),
        name="client-bonus",
    ),
    path(
        "client/slots/<uuid:slot_id>/seats/",
        cancellation_client_api.SlotSeatsView.as_view(),
        name="client-slot-seats",
    ),
    path(
        opportunity_prefix + "openings/",
        slot_client_api.OpeningListView.as_view(),
        name="client-open-slots",
    ),
    path(
        opportunity_prefix + "slots/", slot_client_api.AddSlotView.as_view(), name="client-add-slot"
    ),
    path(
        opportunity_prefix + "copy/",
        opportunity_client_api.CopyOpportunityView.as_view(),
        name="client-copy",
    ),
    path(
        project_prefix + "copy/",
        opportunity_client_api.CopyProjectView.as_view(),
        name="client-copy-project",
    ),
    path(
        opportunity_prefix + "publish/",
        opportunity_client_api.PublishOpportunityView.as_view(),
        name="client-publish",
    ),
    path(
        opportunity_prefix + "close/",
        opportunity_client_api.CloseOpportunityView.as_view(),
        name="client-close",
    ),
    path(
        opportunity_prefix + "hold/",
        opportunity_client_api.HoldOpportunityView.as_view(),
        name="client-hold",
    ),
    path(
        opportunity_prefix + "resume/",
        opportunity_client_api.ResumeOpportunityView.as_view(),
        name="client-resume",
    ),
    path(
        opportunity_prefix + "cancel/",
        gig_client_api.CancelOpportunityView.as_view(),
        name="client-cancel",
    ),
    path(
        project_prefix + "hold/",
        gig_client_api.HoldProjectView.as_view(),
        name="client-hold-project",
    ),
    path(
        project_prefix + "resume/",
        gig_client_api.ResumeProjectView.as_view(),
        name="client-resume-project",
    ),
    path(
        project_prefix + "complete/",
        gig_client_api.CompleteProjectView.as_view(),
        name="client-complete-project",
    ),
    path(
        project_prefix + "cancel/",
        gig_client_api.CancelProjectView.as_view(),
        name="client-cancel-project",
    ),
    path("client/gigs/", gig_client_api.ClientGigListView.as_view(), name="client-gigs"),
    path(
        gig_prefix + "complete/", gig_client_api.CompleteGigView.as_view(), name="client-complete"
    ),
    path(gig_prefix + "hold/", gig_client_api.HoldGigView.as_view(), name="client-hold-gig"),
    path(gig_prefix + "resume/", gig_client_api.ResumeGigView.as_view(), name="client-resume-gig"),
    path(gig_prefix + "end/", gig_client_api.EndGigView.as_view(), name="client-end-gig"),
    path(
        gig_prefix + "replace/", gig_client_api.ReplaceGigView.as_view(), name="client-replace-gig"
    ),
    path(
        "client/applications/",
        application_client_api.ClientApplicationListView.as_view(),
        name="client-applications",
    ),
    path(
        "client/applications/reject/",
        application_client_api.RejectSeveralView.as_view(),
        name="client-reject-several",
    ),
    path(
        "client/applications/accept/",
        application_client_api.AcceptSeveralView.as_view(),
        name="client-accept-several",
    ),
    path(
        application_prefix,
        application_client_api.ApplicantView.as_view(),
        name="client-application",
    ),
    path(
        application_prefix + "accept/",
        application_client_api.AcceptApplicationView.as_view(),
        name="client-accept",
    ),
    path(
        application_prefix + "reject/",
        application_client_api.RejectApplicationView.as_view(),
        name="client-reject",
    ),
    path("client/works/", work_client_api.ClientWorkListView.as_view(), name="client-works"),
    path(
        work_prefix + "approve/", work_client_api.ApproveWorkView.as_view(), name="client-approve"
    ),
    path(
        work_prefix + "rework/", work_client_api.RequestReworkView.as_view(), name="client-rework"
    ),
    path(
        work_prefix + "reject/", work_client_api.RejectWorkView.as_view(), name="client-reject-work"
    ),
]
dispute_paths = [
    path("disputes/", dispute_api.DisputeListView.as_view(), name="disputes"),
    path("disputes/<uuid:dispute_id>/", dispute_api.DisputeDetailView.as_view(), name="dispute"),
    path(
        "disputes/<uuid:dispute_id>/evidence/",
        dispute_api.DisputeEvidenceView.as_view(),
        name="dispute-evidence",
    ),
    path(
        "disputes/<uuid:dispute_id>/evidence/files/",
        dispute_api.DisputeArchiveView.as_view(),
        name="dispute-archive",
    ),
    path(
        "disputes/<uuid:dispute_id>/evidence/check/",
        dispute_api.DisputeEvidenceCheckView.as_view(),
        name="dispute-evidence-check",
    ),
    path(
        "disputes/<uuid:dispute_id>/contest/",
        dispute_api.ContestDisputeView.as_view(),
        name="contest-dispute",
    ),
    path(
        "disputes/<uuid:dispute_id>/accept/",
        dispute_api.AcceptDisputeView.as_view(),
        name="accept-dispute",
    ),
    path(
        "disputes/<uuid:dispute_id>/messages/",
        dispute_api.DisputeMessagesView.as_view(),
        name="dispute-messages",
    ),
    path(
        "disputes/<uuid:dispute_id>/bids/",
        dispute_api.DisputeBidsView.as_view(),
        name="dispute-bids",
    ),
    path(
        "disputes/<uuid:dispute_id>/escalate/",
        dispute_api.EscalateDisputeView.as_view(),
        name="escalate-dispute",
    ),
    path(
        "disputes/<uuid:dispute_id>/withdraw/",
        dispute_api.WithdrawDisputeView.as_view(),
        name="withdraw-dispute",
    ),
    path(
        "disputes/<uuid:dispute_id>/files/",
        dispute_api.DisputeFilesView.as_view(),
        name="dispute-files",
    ),
    path(
        "disputes/<uuid:dispute_id>/files/<uuid:file_id>/",
        dispute_api.DisputeFileView.as_view(),
        name="dispute-file",
    ),
    path(
        "client/disputes/",
        dispute_client_api.ClientDisputeListView.as_view(),
        name="client-disputes",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/",
        dispute_client_api.ClientDisputeDetailView.as_view(),
        name="client-dispute",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/evidence/",
        dispute_client_api.ClientDisputeEvidenceView.as_view(),
        name="client-dispute-evidence",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/evidence/files/",
        dispute_client_api.ClientDisputeArchiveView.as_view(),
        name="client-dispute-archive",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/evidence/check/",
        dispute_client_api.ClientDisputeEvidenceCheckView.as_view(),
        name="client-dispute-evidence-check",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/contest/",
        dispute_client_api.ClientContestDisputeView.as_view(),
        name="client-contest-dispute",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/accept/",
        dispute_client_api.ClientAcceptDisputeView.as_view(),
        name="client-accept-dispute",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/messages/",
        dispute_client_api.ClientDisputeMessagesView.as_view(),
        name="client-dispute-messages",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/bids/",
        dispute_client_api.ClientDisputeBidsView.as_view(),
        name="client-dispute-bids",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/escalate/",
        dispute_client_api.ClientEscalateDisputeView.as_view(),
        name="client-escalate-dispute",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/withdraw/",
        dispute_client_api.ClientWithdrawDisputeView.as_view(),
        name="client-withdraw-dispute",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/files/",
        dispute_client_api.ClientDisputeFilesView.as_view(),
        name="client-dispute-files",
    ),
    path(
        "client/disputes/<uuid:dispute_id>/files/<uuid:file_id>/",
        dispute_client_api.ClientDisputeFileView.as_view(),
        name="client-dispute-file",
    ),
]
urlpatterns = [*agent_paths, *client_paths, *series_paths, *dispute_paths]
