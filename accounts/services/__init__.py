"""Every change somebody can ask for about people and their way in."""

from accounts.services.agents import TooYoung, is_adult, set_level, update_agent
from accounts.services.grants import GrantOver
from accounts.services.log_in import (
    AccountNotActive,
    SecondFactorRequired,
    WrongLogIn,
    WrongSecondFactor,
    begin_log_in_by_code,
    check_log_in_code,
    check_password,
    check_second_factor,
    require_second_factor,
)
from accounts.services.own_contacts import (
    ContactTaken,
    ContactYoursAlready,
    begin_contact,
    confirm_contact,
)
from accounts.services.passwords import (
    WeakPassword,
    WrongPassword,
    begin_reset,
    change_password,
    confirm_reset,
    finish_reset,
)
from accounts.services.roles import apply_roles
from accounts.services.security import note_second_factor, tell_security_news
from accounts.services.sessions import end_others
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
    "ContactTaken",
    "ContactYoursAlready",
    "GrantOver",
    "NewStaff",
    "NotYourself",
    "SecondFactorRequired",
    "StandingUnchanged",
    "TooYoung",
    "UnknownRole",
    "WeakPassword",
    "WrongLogIn",
    "WrongPassword",
    "WrongSecondFactor",
    "apply_roles",
    "begin_contact",
    "begin_log_in_by_code",
    "begin_reset",
    "begin_sign_up",
    "change_password",
    "check_log_in_code",
    "check_password",
    "check_second_factor",
    "confirm_contact",
    "confirm_reset",
    "confirm_sign_up",
    "create_staff",
    "end_others",
    "finish_reset",
    "finish_sign_up",
    "is_adult",
    "note_second_factor",
    "reactivate",
    "require_second_factor",
    "set_level",
    "suspend",
    "tell_security_news",
    "update_agent",
]
