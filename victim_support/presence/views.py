"""Pages of presence."""

from flask import Blueprint

from victim_support.presence import services

__all__ = ["bp", "services"]

bp = Blueprint("presence", __name__)
