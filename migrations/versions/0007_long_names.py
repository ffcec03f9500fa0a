"""Names of any length: no index holds a name whole any more, since an index row ends at 2,704 bytes.

Revision 0007, after 0006.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Primary keys that hold a name: table, columns; each becomes a unique index of another kind.
KEYS = {
    "core.facet": "owner_kind, owner, place, facet",
    "core.search_path": "path",
    "domain.owner": "node, owner",
    "domain.tag": "node, tag",
    "physical.field": "node, path",
}
UNIQUE = {
    "core.uq_facet_owner_facet": "core.facet (owner_kind, owner, place,"
    " (case when length(facet) > 256 then md5(facet) else facet end))",
    "core.uq_search_path_path": "core.search_path (md5(path))",
    "domain.uq_owner_node_owner": "domain.owner (node, md5(owner))",
    "domain.uq_tag_node_tag": "domain.tag (node, md5(tag))",
    "physical.uq_field_node_path": "physical.field (node, md5(path))",
}
# Indexes before and after.
BEFORE = {
    "core.ix_name_kind_ns_name": "core.name (kind, ns, name)",
    "core.ix_name_name": "core.name (name, kind)",
    "core.ix_name_reversed": "core.name (reverse(name))",
    "core.ix_alias_name_ns": "core.alias (name, ns)",
    "core.ix_alias_reversed": "core.alias (reverse(name))",
    "core.ix_alias_target_ns_name": "core.alias (target, ns, name)",
    "core.ix_search_text_folded": "core.search_text (folded)",
    "domain.ix_owner_owner": "domain.owner (owner)",
    "domain.ix_tag_tag": "domain.tag (tag, value)",
    "domain.ix_term_label_folded": "domain.term_label (folded)",
    "physical.ix_field_path": "physical.field (path)",
    "process.ix_claim_column_source": "process.claim_column (source, source_field)",
}
AFTER = {
    "core.ix_name_kind_ns_name": "core.name (kind, left(ns, 256), left(name, 256))",
    "core.ix_name_name": "core.name (left(name, 256), kind)",
    "core.ix_name_reversed": "core.name (left(reverse(name), 256))",
    "core.ix_alias_name": "core.alias (left(name, 256))",
    "core.ix_alias_reversed": "core.alias (left(reverse(name), 256))",
    "core.ix_alias_target_ns_name": "core.alias (target, left(ns, 256), left(name, 256))",
    "core.ix_search_text_folded": "core.search_text (left(folded, 256))",
    "domain.ix_owner_owner": "domain.owner (left(owner, 256))",
    "domain.ix_tag_tag": "domain.tag (left(tag, 256))",
    "domain.ix_term_label_folded": "domain.term_label (left(folded, 256))",
    "physical.ix_field_path": "physical.field (md5(path))",
    "process.ix_claim_column_source": "process.claim_column (source, left(source_field, 256))",
}


def upgrade() -> None:
    """Other indexes. What was parked for the length of a name is taken up by a replay or a rebuild."""
    for table in KEYS:
        op.execute(f"alter table {table} drop constraint {table.partition('.')[2]}_pkey")
    _replace(BEFORE, AFTER)
    for index, on in UNIQUE.items():
        op.execute(f"create unique index {index.partition('.')[2]} on {on}")


def downgrade() -> None:
    """The indexes as they were; fails where a name is too long for them."""
    for index in UNIQUE:
        op.execute(f"drop index {index}")
    _replace(AFTER, BEFORE)
    for table, columns in KEYS.items():
        op.execute(f"alter table {table} add constraint {table.partition('.')[2]}_pkey primary key ({columns})")


def _replace(old: dict[str, str], new: dict[str, str]) -> None:
    for index in old:
        op.execute(f"drop index {index}")
    for index, on in new.items():
        op.execute(f"create index {index.partition('.')[2]} on {on}")
