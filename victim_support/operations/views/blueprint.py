"""The blueprint of running a shelter, and what its pages share."""

from flask import Blueprint

from victim_support.operations import queries, services

bp = Blueprint("operations", __name__, url_prefix="/operations")

__all__ = ["bp", "queries", "services"]
