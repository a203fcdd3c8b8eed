"""What the school's people and systems open: pages for staff, the API, the operator's addresses."""
