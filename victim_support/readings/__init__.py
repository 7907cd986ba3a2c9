"""The record of who read what (閲覧の記録), as people can read it."""
