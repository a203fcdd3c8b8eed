"""Words to typed values, each with the words it came from.

`interpret` reads one whole message; calls, texts and voicemail transcripts all go through it, so
one labelled set measures the three. The roster is the only vocabulary for students. Where a
reader is not sure it says so: a wrong child is worse than a question.
"""
