"""Writes of registers that are handed out: write, take in, wipe, prove."""
