"""Every change somebody can ask for about people and their way in."""

from accounts.services.activity import note_log_in
from accounts.services.agents import TooYoung, is_adult, set_level, update_agent
from accounts.services.grants import GrantOver
from accounts.services.log_in import (
    AccountNotActive,
    LogInByCode,
    WrongLogIn,
    begin_log_in_by_code,
    check_log_in_code,
    check_password,
)
from accounts.services.own_contacts import (
    ContactTaken,
    ContactYoursAlready,
    begin_contact,
    confirm_contact,
)
from accounts.services.partners import (
    BadEnd,
    Made,
    NameTaken,
    OwnerCannotAct,
    ReasonMissing,
    RevokedAlready,
    UnknownScopes,
    make_api_key,
    make_oauth_client,
    renew_oauth_secret,
    revoke_api_key,
    revoke_oauth_client,
)
from accounts.services.passwords import (
    WeakPassword,
    WrongPassword,
    begin_reset,
    change_password,
    confirm_reset,
    finish_reset,
)
from accounts.services.proof import (
    ContactNotConfirmed,
    NoProofGiven,
    begin_step_up,
    confirmed_contact,
    prove,
)
from accounts.services.roles import apply_roles
from accounts.services.second_factors import (
    SecondFactorRequired,
    WrongClock,
    WrongSecondFactor,
    check_second_factor,
    require_second_factor,
    step_of,
    use_up_step,
)
from accounts.services.security import note_second_factor, tell_security_news
from accounts.services.sessions import NotSignedInThere, end_all_others, end_one, end_others
from accounts.services.sign_up import (
    AccountExists,
    begin_sign_up,
    confirm_sign_up,
    finish_sign_up,
)
from accounts.services.staff import NewStaff, UnknownRole, create_staff
from accounts.services.standing import (
    NotYourself,
    StandingUnchanged,
    reactivate,
    suspend,
)

__all__ = [
    "AccountExists",
    "AccountNotActive",
    "BadEnd",
    "ContactNotConfirmed",
    "ContactTaken",
    "ContactYoursAlready",
    "GrantOver",
    "LogInByCode",
    "Made",
    "NameTaken",
    "NewStaff",
    "NoProofGiven",
    "NotSignedInThere",
    "NotYourself",
    "OwnerCannotAct",
    "ReasonMissing",
    "RevokedAlready",
    "SecondFactorRequired",
    "StandingUnchanged",
    "TooYoung",
    "UnknownRole",
    "UnknownScopes",
    "WeakPassword",
    "WrongClock",
    "WrongLogIn",
    "WrongPassword",
    "WrongSecondFactor",
    "apply_roles",
    "begin_contact",
    "begin_log_in_by_code",
    "begin_reset",
    "begin_sign_up",
    "begin_step_up",
    "change_password",
    "check_log_in_code",
    "check_password",
    "check_second_factor",
    "confirm_contact",
    "confirm_reset",
    "confirm_sign_up",
    "confirmed_contact",
    "create_staff",
    "end_all_others",
    "end_one",
    "end_others",
    "finish_reset",
    "finish_sign_up",
    "is_adult",
    "make_api_key",
    "make_oauth_client",
    "note_log_in",
    "note_second_factor",
    "prove",
    "reactivate",
    "renew_oauth_secret",
    "require_second_factor",
    "revoke_api_key",
    "revoke_oauth_client",
    "set_level",
    "step_of",
    "suspend",
    "tell_security_news",
    "update_agent",
    "use_up_step",
]
