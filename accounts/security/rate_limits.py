"""The limits of the way in. `docs/limits.md` is the same table for people; each row has a test.

Sends of codes are counted in their rows (`accounts.codes`), tries of a code in its own.
"""

from hitouch.core.rate_limits import RateLimit

MINUTE, DAY = 60, 24 * 3600
#: One account from one place, or from one browser that the account knows.
LOG_IN = RateLimit("log-in", tries=5, seconds=5 * MINUTE)
#: All accounts from one place; not counted for an account that has logged in from there before.
LOG_IN_FROM_ADDRESS = RateLimit("log-in-address", tries=30, seconds=MINUTE)
#: One account from all the places it has never logged in from.
LOG_IN_FROM_AFAR = RateLimit("log-in-afar", tries=100, seconds=DAY)
#: After that each such place has one try: the owner on a journey gets in, a guesser needs a new
#: network for every guess.
LOG_IN_ONCE_FROM_AFAR = RateLimit("log-in-once-afar", tries=1, seconds=DAY)
#: And after so many of those even a network of thousands of places is sent to log in by code.
LOG_IN_EVER_FROM_AFAR = RateLimit("log-in-ever-afar", tries=5000, seconds=DAY)
#: Passkeys asked for and given, from one place: they cannot be guessed, but each asking is a row.
PASSKEY = RateLimit("passkey", tries=120, seconds=MINUTE)
#: Reached only with the right password, so it may be bound to the person alone.
SECOND_FACTOR = RateLimit("second-factor", tries=5, seconds=5 * MINUTE)
#: How often an owner is told that somebody has their password and guesses the rest.
NEWS_OF_GUESSES = RateLimit("news-of-guesses", tries=1, seconds=DAY)
#: Codes typed and passwords set with a reset, from one place.
RESET_FROM_ADDRESS = RateLimit("reset-address", tries=20, seconds=MINUTE)
#: One log-in of one program.
REFRESH = RateLimit("refresh", tries=30, seconds=MINUTE)
#: Copies of one's own data, and archives of one's own files.
EXPORT = RateLimit("export", tries=3, seconds=DAY)
#: All requests for tokens of partners' programs, from one place.
OAUTH_FROM_ADDRESS = RateLimit("oauth-address", tries=20, seconds=MINUTE)
#: Wrong secrets of one partner's program from one place.
OAUTH_SECRET = RateLimit("oauth-secret", tries=5, seconds=MINUTE)
