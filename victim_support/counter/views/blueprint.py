"""The blueprint of the counter."""

from flask import Blueprint

bp = Blueprint("counter", __name__, url_prefix="/counter")
