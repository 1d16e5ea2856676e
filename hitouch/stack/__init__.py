"""Starts and stops a site's programs: embedded PostgreSQL and Valkey, web, worker. No Django."""
