"""The tests. No test reads the clock, the network or anything outside the repository."""
