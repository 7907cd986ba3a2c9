"""Pages of accounts: login and place of work, second factors, people, slips, emergency."""

from victim_support.accounts.views import emergency, factors, login, sessions, slips, staff
from victim_support.accounts.views.blueprint import bp

__all__ = ["bp", "emergency", "factors", "login", "sessions", "slips", "staff"]
