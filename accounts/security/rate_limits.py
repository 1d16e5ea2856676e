"""Rate limits of log-in, codes, second factors, tokens and exports.

`docs/limits.md` is the same table in prose; each row has a test. Sends and checks of one-time codes
are counted in their own rows (`accounts.one_time_codes.services`).
"""

from hitouch.core.rate_limits import RateLimit

MINUTE, DAY = 60, 24 * 3600
#: Per account and network, or per account and known browser.
LOG_IN = RateLimit("log-in", tries=5, seconds=5 * MINUTE)
#: Per network for all accounts; not counted for an account that has logged in from there before.
LOG_IN_FROM_ADDRESS = RateLimit("log-in-address", tries=30, seconds=MINUTE)
#: Per account, from all networks it has never logged in from.
LOG_IN_FROM_AFAR = RateLimit("log-in-afar", tries=100, seconds=DAY)
#: After that each unknown network has one attempt: a travelling owner can still log in, while an
#: attacker needs a new network for every guess.
LOG_IN_ONCE_FROM_AFAR = RateLimit("log-in-once-afar", tries=1, seconds=DAY)
#: After this many of those only a one-time code works, which stops a botnet.
LOG_IN_EVER_FROM_AFAR = RateLimit("log-in-ever-afar", tries=5000, seconds=DAY)
#: Passkey challenges and answers per network: they cannot be guessed, but each challenge is a row.
PASSKEY = RateLimit("passkey", tries=120, seconds=MINUTE)
#: Per user: it is reached only with the right password.
SECOND_FACTOR = RateLimit("second-factor", tries=5, seconds=5 * MINUTE)
#: Per user and password: a new password ends what somebody who knows the old one can try.
SECOND_FACTOR_A_DAY = RateLimit("second-factor-day", tries=20, seconds=DAY)
#: Wrong passwords and codes of a user who is logged in, per browser session or token family.
OWN_SECRET = RateLimit("own-secret", tries=10, seconds=60 * MINUTE)
#: The same per user, in all sessions together.
OWN_SECRET_A_DAY = RateLimit("own-secret-day", tries=50, seconds=DAY)
#: How often an owner is notified that somebody guesses, for each kind of guess.
NEWS_OF_GUESSES = RateLimit("news-of-guesses", tries=1, seconds=DAY)
#: Codes checked and passwords set in a password reset, per ticket or grant; without a valid one
#: per network.
RESET = RateLimit("reset", tries=20, seconds=MINUTE)
#: Refreshes per token family.
REFRESH = RateLimit("refresh", tries=30, seconds=MINUTE)
#: Exports of data and of files, per user.
EXPORT = RateLimit("export", tries=3, seconds=DAY)
#: Token requests of partner apps, per network.
OAUTH_FROM_ADDRESS = RateLimit("oauth-address", tries=20, seconds=MINUTE)
#: Wrong secrets per partner app and network.
OAUTH_SECRET = RateLimit("oauth-secret", tries=5, seconds=MINUTE)
