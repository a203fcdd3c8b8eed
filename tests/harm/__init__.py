"""People who mean harm, and a carrier out of step: what they try, and what they get."""
