"""Put the program together: configuration, databases, guards, blueprints, error pages."""

from flask import Flask

from victim_support.core.db import db
from victim_support.core.db.engine import engine_options, listen_for_begin
from victim_support.core.instance import OpenInstance
from victim_support.core.paths import resource_dir

BINDS = ("reference", "local")


def create_app(opened: OpenInstance) -> Flask:
    """Return the program on an unlocked instance."""
    app = Flask(
        __name__,
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
        instance_path=str(opened.folder),
    )
    app.config.from_mapping(_configuration(opened))
    app.extensions["instance"] = opened
    _connect(app)
    return app


def _configuration(opened: OpenInstance) -> dict[str, object]:
    return {
        "SECRET_KEY": opened.subkey("session"),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{opened.main}",
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(opened.main, opened.key),
        "SQLALCHEMY_BINDS": {
            bind: {
                "url": f"sqlite:///{opened.folder / bind}.db",
                **engine_options(opened.folder / f"{bind}.db", opened.key),
            }
            for bind in BINDS
        },
    }


def _connect(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        for bind, engine in db.engines.items():
            listen_for_begin(engine, is_main=bind is None)
