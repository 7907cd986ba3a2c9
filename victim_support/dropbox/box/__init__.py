"""The box itself: a program of its own for evacuees' phones, which can put in and nothing else.

It runs in its own process on its own port and knows no database, no login and no key that opens
anything: it writes sealed files (``dropbox.files``) and reads its notice (``dropbox.notice``).
"""
