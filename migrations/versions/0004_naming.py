"""Naming rules: names as entries spell them, and the environments of datasets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("ns", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("partition", sa.Text(collation="C"), nullable=True),
        sa.Column("version", sa.Text(collation="C"), nullable=True),
        sa.Column("environment", sa.Text(collation="C"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_alias_key")),
        schema="core",
    )
    op.create_index("ix_alias_name_ns", "alias", ["name", "ns"], unique=False, schema="core")
    op.create_index("ix_alias_reversed", "alias", [sa.literal_column('reverse("name")')], unique=False, schema="core")
    op.create_index("ix_alias_target_ns_name", "alias", ["target", "ns", "name"], unique=False, schema="core")
    op.add_column(
        "name", sa.Column("said", sa.Boolean(), server_default=sa.text("true"), nullable=False), schema="core"
    )
    op.add_column("dataset", sa.Column("environment", sa.Text(collation="C"), nullable=True), schema="core")
    op.create_index(op.f("ix_dataset_environment"), "dataset", ["environment"], unique=False, schema="core")


def downgrade() -> None:
    op.drop_index(op.f("ix_dataset_environment"), table_name="dataset", schema="core")
    op.drop_column("dataset", "environment", schema="core")
    op.drop_column("name", "said", schema="core")
    op.drop_table("alias", schema="core")
