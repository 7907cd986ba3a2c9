"""What can be wrong with a database before anything is read from it."""


class DatabaseFileError(Exception):
    """A database cannot be opened: wrong key, damaged, not reachable, or wrong version."""
