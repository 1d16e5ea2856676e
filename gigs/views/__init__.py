"""The pages of gigs: for agents, and for the members of clients."""
