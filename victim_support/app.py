"""Put the program together: configuration, databases, guards, blueprints, error pages."""

from pathlib import Path

from flask import Flask

from victim_support import journal
from victim_support.accounts.queries import find_login, name_of_staff
from victim_support.accounts.views import bp as accounts_bp
from victim_support.batches.views import bp as batches_bp
from victim_support.board.views import bp as board_bp
from victim_support.certificates.views import bp as certificates_bp
from victim_support.conflicts.views import bp as conflicts_bp
from victim_support.core import (
    access,
    context,
    dates,
    errors,
    headers,
    logs,
    preferences,
    protections,
    purposes,
    training,
)
from victim_support.core.actor import set_actor_names
from victim_support.core.db import db
from victim_support.core.db.engine import Part, engine_options, prepare_engine
from victim_support.core.instance import OpenInstance
from victim_support.core.jobs.views import bp as jobs_bp
from victim_support.core.node import set_machine_names
from victim_support.core.paths import resource_dir
from victim_support.core.tables import check_program_tables
from victim_support.counter.views import bp as counter_bp
from victim_support.damage.places import bp as places_bp
from victim_support.damage.rules.tables import instance_tables
from victim_support.damage.views import bp as damage_bp
from victim_support.disasters.queries import disaster_choices
from victim_support.disasters.views import bp as disasters_bp
from victim_support.dropbox.views import bp as dropbox_bp
from victim_support.erasures.views import bp as erasures_bp
from victim_support.evacuees.views import bp as evacuees_bp
from victim_support.houses.views import bp as houses_bp
from victim_support.journal.views import bp as journal_bp
from victim_support.menu import menu, menu_groups
from victim_support.office.views import bp as office_bp
from victim_support.operations.views import bp as operations_bp
from victim_support.owners.views import bp as owners_bp
from victim_support.paper.views import bp as paper_bp
from victim_support.place_names.views import bp as place_names_bp
from victim_support.presence.views import bp as presence_bp
from victim_support.readings.views import bp as readings_bp
from victim_support.reports.views import bp as reports_bp
from victim_support.residents.views import bp as residents_bp
from victim_support.safety.views import bp as safety_bp
from victim_support.shelters.queries import name_of_shelter, shelter_choices
from victim_support.shelters.views import bp as shelters_bp
from victim_support.status import status_line
from victim_support.supplies.views import bp as supplies_bp
from victim_support.survey.views import bp as survey_bp
from victim_support.sync.machines import find_machine_name
from victim_support.sync.standing import protections_known
from victim_support.sync.views.bundles import bp as bundles_bp
from victim_support.sync.views.exchange import bp as exchange_bp
from victim_support.sync.views.held import bp as held_bp
from victim_support.sync.views.losses import bp as losses_bp
from victim_support.sync.views.machines import bp as machines_bp
from victim_support.sync.views.sticks import bp as sticks_bp
from victim_support.takeouts.views import bp as takeouts_bp
from victim_support.tasks.views import bp as tasks_bp
from victim_support.terminals.views import bp as terminals_bp
from victim_support.vulnerable.views import bp as vulnerable_bp
from victim_support.vulnerable.views import support_bp

BLUEPRINTS = (
    accounts_bp,
    batches_bp,
    board_bp,
    bundles_bp,
    certificates_bp,
    conflicts_bp,
    counter_bp,
    damage_bp,
    disasters_bp,
    place_names_bp,
    dropbox_bp,
    erasures_bp,
    evacuees_bp,
    houses_bp,
    jobs_bp,
    exchange_bp,
    held_bp,
    journal_bp,
    losses_bp,
    sticks_bp,
    machines_bp,
    office_bp,
    owners_bp,
    paper_bp,
    places_bp,
    presence_bp,
    operations_bp,
    reports_bp,
    residents_bp,
    safety_bp,
    shelters_bp,
    supplies_bp,
    survey_bp,
    takeouts_bp,
    tasks_bp,
    terminals_bp,
    readings_bp,
    vulnerable_bp,
    support_bp,
)


def create_app(opened: OpenInstance, hosts: list[str] | None = None) -> Flask:
    """Return the program on an unlocked instance.

    Args:
        opened: The instance.
        hosts: Names by which it may be called; only localhost when left out.

    Raises:
        TableError: A table of the law does not load; with file, line and reason.
    """
    check_program_tables()
    instance_tables(opened.folder)
    app = Flask(
        __name__,
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
        instance_path=str(opened.folder),
    )
    app.config.from_mapping(_configuration(opened))
    app.extensions["instance"] = opened
    _connect(app)
    journal.install(app)
    set_actor_names(name_of_staff)
    set_machine_names(find_machine_name)
    protections.set_source(protections_known)
    _guard(app, hosts)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.refuse_unmarked(app)
    return app


def _configuration(opened: OpenInstance) -> dict[str, object]:
    main = engine_options(opened, Part.MAIN)
    return {
        "SECRET_KEY": opened.subkey("session"),
        "SQLALCHEMY_DATABASE_URI": main.pop("url"),
        "SQLALCHEMY_ENGINE_OPTIONS": main,
        "SQLALCHEMY_BINDS": {
            part.value: engine_options(opened, part) for part in (Part.REFERENCE, Part.LOCAL)
        },
    }


def _connect(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        for bind, engine in db.engines.items():
            prepare_engine(engine, Part(bind or Part.MAIN))


def _guard(app: Flask, hosts: list[str] | None) -> None:
    """Set up who may call and under which scopes, in the order in which requests pass them."""
    logs.init_app(app, Path(app.instance_path) / "logs")
    headers.init_app(app, hosts=hosts)
    errors.init_app(app)
    access.init_app(app, find_login)
    context.init_app(
        app,
        disasters=disaster_choices,
        shelters=shelter_choices,
        shelter_name=name_of_shelter,
    )
    training.init_app(app)
    preferences.init_app(app)
    dates.init_app(app)
    purposes.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(
        lambda: {"menu": menu(), "menu_groups": menu_groups, "status_line": status_line()}
    )
