"""The blueprint of goods and meals, and what its pages share."""

from flask import Blueprint

from victim_support.supplies import queries

bp = Blueprint("supplies", __name__, url_prefix="/supplies")

__all__ = ["bp", "queries"]
