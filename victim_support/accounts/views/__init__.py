"""Pages of accounts: login and place of work, second factors, people, slips, emergency."""

from victim_support.accounts.views import (
    drafts,
    emergency,
    exports,
    factors,
    login,
    sessions,
    slips,
    staff,
)
from victim_support.accounts.views.blueprint import bp

__all__ = ["bp", "drafts", "emergency", "exports", "factors", "login", "sessions", "slips", "staff"]
