"""Pages of statements, enquiries, messages, what was given, and the dead."""

from victim_support.safety.views import (
    enquiries,
    export,
    messages,
    offices,
    people,
    provisions,
    rescue,
)
from victim_support.safety.views.blueprint import bp

__all__ = ["bp", "enquiries", "export", "messages", "offices", "people", "provisions", "rescue"]
