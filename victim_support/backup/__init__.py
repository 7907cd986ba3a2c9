"""Copies of an instance (控え), putting one back, and proving that nothing was changed."""
