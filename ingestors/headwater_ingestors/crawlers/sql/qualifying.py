"""Queries made explicit by sqlglot: whole names of tables, the table of each column, stars written out."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from headwater_ingestors.crawlers.sql.dictionaries import quoted
from headwater_ingestors.crawlers.sql.tables import Tables, table_name
from headwater_ingestors.crawlers.sql.values import Defaults


def qualified(query: exp.Query, tables: Tables, place: Defaults) -> exp.Query:
    """The query, changed in place or as a copy, as explicit as what is known of its tables allows.

    Without schemas sqlglot refuses two things: a column of a subquery that may be of a query around it, and an alias
    that may be a column. Of the first the plain ones are settled beforehand; then it is tried with fewer of its steps.
    """
    named = _qualify(_aliased(quoted(query)), tables, place, columns=False)
    _take_as_own(named, tables)
    for expand in (True, False):
        try:
            return _qualify(named.copy(), tables, place, expand=expand)
        except OptimizeError:
            continue
    return named


def _qualify(
    query: exp.Query, tables: Tables, place: Defaults, *, columns: bool = True, expand: bool = True
) -> exp.Query:
    return qualify(
        query,
        dialect=tables.dialect,
        db=_as_it_stands(place.schema, tables.dialect),
        catalog=_as_it_stands(place.database, tables.dialect),
        schema=tables,
        qualify_columns=columns,
        expand_alias_refs=expand,
        allow_partial_qualification=True,
        validate_qualify_columns=False,
        quote_identifiers=False,
    )


def _aliased(query: exp.Query) -> exp.Query:
    """The query with an alias for each table that lacks one: its own name, quoted as that is. Changes it in place.

    sqlglot would make one of the bare name and fold it, so that `"Orders".id` found no table of that name.
    """
    for table in query.find_all(exp.Table):
        named = isinstance(table.this, exp.Identifier) and isinstance(table.parent, (exp.From, exp.Join, exp.Subquery))
        if named and not table.alias:
            alias = table.args.get("alias") or exp.TableAlias()
            alias.set("this", exp.to_identifier(table.name, quoted=table.this.quoted))
            table.set("alias", alias)
    return query


def _as_it_stands(name: str | None, dialect: Dialect) -> str | None:
    """A default's name, quoted: nobody folds it."""
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect) if name else None


def _take_as_own(query: exp.Query, tables: Tables) -> None:
    """Columns of a subquery that reads one table, of which nothing is known, are taken for columns of that table."""
    for scope in traverse_scope(query):
        own = scope.selected_sources
        if not scope.can_be_correlated or len(own) != 1 or not isinstance(scope.expression, exp.Select):
            continue
        [(name, (_, source))] = own.items()
        if not name or not _unknown(source, tables):
            continue
        aliases = {projection.alias for projection in scope.expression.selects if isinstance(projection, exp.Alias)}
        for column in scope.find_all(exp.Column):
            if not column.table and column.name not in aliases and not isinstance(column.this, exp.Star):
                column.set("table", exp.to_identifier(name, quoted=True))


def _unknown(source: exp.Table | Scope, tables: Tables) -> bool:
    if isinstance(source, Scope):
        return isinstance(source.expression, exp.Query) and source.expression.is_star
    return isinstance(source.this, exp.Identifier) and not tables.known(table_name(source))
