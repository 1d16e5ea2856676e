"""What staff see of accounts in the admin."""

from accounts.admin import life as life
from accounts.admin import partners as partners
from accounts.admin import people as people
