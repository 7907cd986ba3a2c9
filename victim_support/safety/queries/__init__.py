"""Reads of statements, enquiries, messages and what was given."""
