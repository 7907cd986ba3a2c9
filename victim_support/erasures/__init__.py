"""Erasure of values by law (消去) as people order it, approve it, and see where it has reached."""
