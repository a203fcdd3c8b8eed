"""What is opened from outside: the staff's pages, the API, the operator's addresses.

The API is here because other systems of the school read the same reports. Every page is made of the
macros and the one stylesheet of this package (`look`); the simulator extends the same base page.
"""
