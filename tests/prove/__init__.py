"""The proof that nothing is lost and nothing doubled: real processes, real faults, then a count."""
