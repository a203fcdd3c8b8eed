"""What the school knows: its file, its people, its reports, and what it owes to families.

Knows no web framework and no carrier: the function that sends a message is handed in. Functions
take the session of the caller's transaction and never commit.
"""
