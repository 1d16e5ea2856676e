"""API views of gigs, for agents and for members of clients."""
