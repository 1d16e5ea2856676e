"""Settings of providers outside: each is real, a stand-in of development, or not there.

Without a key the feature is off and says so in a sentence. Read by `hitouch.settings` after `.env`.
"""

from pathlib import Path
from urllib.parse import urlsplit

from hitouch import fakes
from hitouch.settings import env

#: Where stand-ins for the outside world answer; only development has any.
HITOUCH_OUTSIDE_URL = (
    env.text("HITOUCH_OUTSIDE_URL", "").rstrip("/") if env.flag("HITOUCH_DEBUG", False) else ""
)


def _stand_in(key: str) -> bool:
    """Whether our own server speaks for a provider that nobody gave us a key to."""
    return bool(HITOUCH_OUTSIDE_URL) and not env.text(key, "")


# Money out ---------------------------------------------------------------------------------

_own_rail = _stand_in("RAZORPAYX_KEY_ID")
RAZORPAYX_URL = env.text(
    "RAZORPAYX_URL", f"{HITOUCH_OUTSIDE_URL}/payouts" if _own_rail else "https://api.razorpay.com"
)
RAZORPAYX_KEY_ID = env.text("RAZORPAYX_KEY_ID", fakes.CLIENT_ID if _own_rail else "")
RAZORPAYX_KEY_SECRET = env.text("RAZORPAYX_KEY_SECRET", fakes.CLIENT_SECRET if _own_rail else "")
RAZORPAYX_ACCOUNT = env.text("RAZORPAYX_ACCOUNT", "7878780080316316" if _own_rail else "")
RAZORPAYX_WEBHOOK_SECRET = env.text(
    "RAZORPAYX_WEBHOOK_SECRET", fakes.CLIENT_SECRET if _own_rail else ""
)
# Identity documents --------------------------------------------------------------------------

_var = Path(env.text("HITOUCH_VAR", str(Path(__file__).resolve().parents[2] / "var")))
_own_locker = _stand_in("DIGILOCKER_CLIENT_ID")
DIGILOCKER_URL = env.text(
    "DIGILOCKER_URL",
    f"{HITOUCH_OUTSIDE_URL}/digilocker"
    if _own_locker
    else "https://digilocker.meripehchaan.gov.in",
).rstrip("/")
DIGILOCKER_CLIENT_ID = env.text("DIGILOCKER_CLIENT_ID", fakes.CLIENT_ID if _own_locker else "")
DIGILOCKER_CLIENT_SECRET = env.text(
    "DIGILOCKER_CLIENT_SECRET", fakes.CLIENT_SECRET if _own_locker else ""
)
DIGILOCKER_SIGNERS = env.text(
    "DIGILOCKER_SIGNERS", str(_var / "outside" / "digilocker.pem") if _own_locker else ""
)
_where = urlsplit(DIGILOCKER_URL)
#: A page of ours posts to us and is sent on to DigiLocker, which the content policy has to allow.
DIGILOCKER_FORM_TARGETS = [f"{_where.scheme}://{_where.netloc}"] if DIGILOCKER_CLIENT_ID else []
#: Whose signature on an offline e-KYC counts: certificates of UIDAI in one PEM file.
_own_uidai = str(_var / "outside" / "uidai.pem") if HITOUCH_OUTSIDE_URL else ""
HITOUCH_UIDAI_CERTIFICATES = env.text("HITOUCH_UIDAI_CERTIFICATES", _own_uidai)
