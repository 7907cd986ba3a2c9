"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _answers()
    _application_members()
    _applications()
    _certificate_copies()
    _certificates()
    _chains()
    _credentials()
    _disasters()
    _dwellings()
    _evacuee_groups()
    _head_counts()
    _households()
    _idempotency_keys()
    _judgements()
    _machine_settings()
    _nodes()
    _number_register()
    _ops()


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("kind", sa.Text()),
        sa.Column("value", sa.Text()),
        sa.Column("given_by", sa.Text()),
        sa.Column("edition", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_person_id", "answers", ["scope", "person_id"])


def _application_members() -> None:
    op.create_table(
        "application_members",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("relation", sa.Text()),
        sa.Column("position", sa.Integer()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_application_members")),
    )
    op.create_index(
        "ix_application_members_application_id", "application_members", ["scope", "application_id"]
    )
    op.create_index(
        "ix_application_members_person_id", "application_members", ["scope", "person_id"]
    )


def _applications() -> None:
    op.create_table(
        "applications",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid()),
        sa.Column("dwelling_id", sa.Uuid()),
        sa.Column("head_person_id", sa.Uuid()),
        sa.Column("applicant_person_id", sa.Uuid()),
        sa.Column("applicant_name", sa.Text()),
        sa.Column("applicant_relation", sa.Text()),
        sa.Column("contact", sa.Text()),
        sa.Column("cause", sa.Text(), server_default=""),
        sa.Column("requested", sa.Text(), server_default="risai"),
        sa.Column("wants_self_judgement", sa.Boolean(), server_default=sa.false()),
        sa.Column("reported_damage", sa.Text()),
        sa.Column("members_reason", sa.Text()),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("received_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_applications")),
    )
    op.create_index("ix_applications_dwelling_id", "applications", ["scope", "dwelling_id"])
    op.create_index("ix_applications_head_person_id", "applications", ["scope", "head_person_id"])
    op.create_index("ix_applications_household_id", "applications", ["scope", "household_id"])


def _certificate_copies() -> None:
    op.create_table(
        "certificate_copies",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid()),
        sa.Column("copy_number", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("made_at", sa.DateTime(timezone=True)),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_certificate_copies")),
    )
    op.create_index(
        "ix_certificate_copies_certificate_id", "certificate_copies", ["scope", "certificate_id"]
    )


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("judgement_id", sa.Uuid()),
        sa.Column("snapshot", sa.JSON(none_as_null=True)),
        sa.Column("snapshot_hash", sa.Text()),
        sa.Column("supersedes", sa.Text()),
        sa.Column("issued_at", sa.DateTime(timezone=True)),
        sa.Column("issued_by", sa.Uuid()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_certificates")),
    )
    op.create_index("ix_certificates_application_id", "certificates", ["scope", "application_id"])
    op.create_index("ix_certificates_number", "certificates", ["scope", "number"])


def _chains() -> None:
    op.create_table(
        "chains",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "node", name=op.f("pk_chains")),
    )


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_credentials")),
    )


def _disasters() -> None:
    op.create_table(
        "disasters",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), server_default=""),
        sa.Column("name", sa.Text(), server_default=""),
        sa.Column("kinds", sa.JSON(none_as_null=True)),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("area", sa.Text()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_disasters")),
    )


def _dwellings() -> None:
    op.create_table(
        "dwellings",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), server_default=""),
        sa.Column("unit", sa.Text()),
        sa.Column("house_register_number", sa.Text()),
        sa.Column("structure", sa.Text()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_dwellings")),
    )


def _evacuee_groups() -> None:
    op.create_table(
        "evacuee_groups",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.Column("label", sa.Text()),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_phone", sa.Text()),
        sa.Column("sheet_number", sa.Text()),
        sa.Column("household_id", sa.Uuid()),
        sa.Column("staff_count", sa.Integer()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_evacuee_groups")),
    )
    op.create_index("ix_evacuee_groups_shelter_id", "evacuee_groups", ["scope", "shelter_id"])


def _head_counts() -> None:
    op.create_table(
        "head_counts",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shelter_id", sa.Uuid()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("count", sa.Integer()),
        sa.Column("counted_by", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_head_counts")),
    )
    op.create_index("ix_head_counts_shelter_id", "head_counts", ["scope", "shelter_id"])


def _households() -> None:
    op.create_table(
        "households",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_number", sa.Text()),
        sa.Column("head_person_id", sa.Uuid()),
        sa.Column("note", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_households")),
    )


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dwelling_id", sa.Uuid()),
        sa.Column("round", sa.Integer()),
        sa.Column("grade", sa.Text()),
        sa.Column("no_grade", sa.Text()),
        sa.Column("method", sa.Text()),
        sa.Column("judged_on", sa.Date()),
        sa.Column("judged_by", sa.Text(), server_default=""),
        sa.Column("inundation", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("entered_by", sa.Uuid()),
        sa.Column("entered_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("returned_by", sa.Uuid()),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.Column("returned_reason", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_judgements")),
    )
    op.create_index("ix_judgements_dwelling_id", "judgements", ["scope", "dwelling_id"])


def _machine_settings() -> None:
    op.create_table(
        "machine_settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_machine_settings")),
    )


def _nodes() -> None:
    op.create_table(
        "nodes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("number_prefix", sa.Text(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
        sa.UniqueConstraint("incarnation", name=op.f("uq_nodes_incarnation")),
    )


def _number_register() -> None:
    op.create_table(
        "number_register",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("prefix", sa.Text()),
        sa.Column("counter", sa.Integer()),
        sa.Column("kind", sa.Text()),
        sa.Column("drawn_at", sa.DateTime(timezone=True)),
        sa.Column("drawn_by", sa.Uuid()),
        sa.Column("state", sa.Text(), server_default="drawn"),
        sa.Column("state_at", sa.DateTime(timezone=True)),
        sa.Column("state_by", sa.Uuid()),
        sa.Column("state_reason", sa.Text()),
        sa.Column("successor", sa.Text()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false()),
        sa.PrimaryKeyConstraint("scope", "id", name=op.f("pk_number_register")),
    )
    op.create_index("ix_number_register_number", "number_register", ["scope", "number"])
    op.create_index("ix_number_register_prefix", "number_register", ["scope", "prefix"])


def _ops() -> None:
    op.create_table(
        "ops",
        sa.Column("lsn", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("node", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("txn", sa.Uuid(), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("tbl", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.LargeBinary()),
        sa.Column("actor", sa.Uuid()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lsn", name=op.f("pk_ops")),
        sa.UniqueConstraint("scope", "node", "seq", name=op.f("uq_ops_scope_node_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ops_actor"), "ops", ["actor"])
    op.create_index(op.f("ix_ops_row_id"), "ops", ["row_id", "tbl"])
    op.create_index(op.f("ix_ops_txn"), "ops", ["txn"])
