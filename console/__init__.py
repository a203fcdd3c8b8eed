"""What the school's people and systems open: pages for staff, the API, the operator's addresses.

The API is here because the school's people *and systems* open it. Every page is made of the
macros and the one stylesheet of this package (`look`); the simulator extends the same base page.
"""
