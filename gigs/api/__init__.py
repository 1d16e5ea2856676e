"""Gigs for programs: of agents, and of the members of clients."""
