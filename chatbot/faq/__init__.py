"""FAQ: entries with versions in three languages, slots, publishing, import and export."""
