"""Pages of surveys: visits and sheets, photographs of cards."""

from victim_support.survey.views import photos, visits
from victim_support.survey.views.blueprint import bp

__all__ = ["bp", "photos", "visits"]
