"""Plays the carrier: for the demo in the browser, for a call in the terminal, and for the tests.

It signs its requests like the carrier, with a token of its own, and reaches the line through the
same addresses, so what works here works there.
"""
