"""Pages of accounts: login and place of work, people, slips."""

from victim_support.accounts.views import login, slips, staff
from victim_support.accounts.views.blueprint import bp

__all__ = ["bp", "login", "slips", "staff"]
