"""The blueprint of those who need more than others."""

from flask import Blueprint

bp = Blueprint("vulnerable", __name__)
