"""What is said: the conversation, and how a family's words are understood.

Everything here is a pure function of its arguments: no Flask, no database, no clock, no
network. Time, roster, calendar and the school's own words come in; a new state, the lines to
say and what is to be done come out. That is why a whole call can be played in a test, in the
terminal or from a stored state, and always goes the same way.
"""
