"""Training (訓練) ends by itself: four hours after the start nothing is answered any more."""

from datetime import timedelta

from flask import Flask, current_app, request
from werkzeug.exceptions import ServiceUnavailable

from victim_support.core import clock
from victim_support.core.context import is_training

LASTS = timedelta(hours=4)
OVER = (
    "訓練は、始めてから4時間で閉じます。続けるには、もう一度、訓練を選んで動かしてください。"
    "災害のときは、本番を選んで動かしてください。"
)
_EXTENSION = "training_until"


def init_app(app: Flask) -> None:
    """Refuse everything once the training is over; call after ``context.init_app``."""
    app.before_request(_refuse_when_over)


def begin() -> None:
    """Start the four hours, when the server starts."""
    current_app.extensions[_EXTENSION] = clock.now() + LASTS


def _refuse_when_over() -> None:
    until = current_app.extensions.get(_EXTENSION)
    if until and request.endpoint != "static" and is_training() and clock.now() >= until:
        raise ServiceUnavailable(OVER)
