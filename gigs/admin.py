"""Admin of gigs; each feature registers its own pages."""

from gigs.applications import admin as applications  # noqa: F401
from gigs.clients import admin as clients  # noqa: F401
from gigs.disputes import admin as disputes  # noqa: F401
from gigs.engagements import admin as engagements  # noqa: F401
from gigs.opportunities import admin as opportunities  # noqa: F401
from gigs.ratings import admin as ratings  # noqa: F401
from gigs.shifts import admin as shifts  # noqa: F401
from gigs.slots import admin as slots  # noqa: F401
from gigs.work import admin as work  # noqa: F401
