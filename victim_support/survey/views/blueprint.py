"""The blueprint of surveys."""

from flask import Blueprint

bp = Blueprint("survey", __name__, url_prefix="/survey")
