"""The root of all edits: one list of changes, outcomes in their order, through the door."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import strawberry

from headwater_catalog.edits.outcomes import INVALID
from headwater_catalog.edits.outcomes import Outcome as OutcomeRow
from headwater_catalog.edits.submission import submit
from headwater_catalog.errors import InvalidRequest, Unavailable
from headwater_catalog.names import parse_public_id, text
from headwater_catalog.reading import changes as feed
from headwater_catalog.reading import runs, terms
from headwater_catalog.subjects import Subject, is_iri, key
from headwater_graphql import replaying
from headwater_graphql.context import EDIT, Info, View
from headwater_graphql.types import edits
from headwater_graphql.types.entries import ForgetResult, ReplayResult
from headwater_graphql.types.enums import EditMode, EditStatus, Found, KeptState
from headwater_graphql.types.meaning import resolutions
from headwater_graphql.types.naming import rules_of
from headwater_graphql.types.node import Node
from headwater_graphql.types.scalars import JSON
from headwater_graphql.unseen import may_be_term, unseen

MOST_CHANGES = 1_000
VERBS = (
    "put_term",
    "assign",
    "describe",
    "own",
    "tag",
    "property",
    "retract",
    "zone_rules",
    "naming_rules",
    "connection_rules",
)
TERM_NAMES = {
    "pref_label": "prefLabel",
    "alt_label": "altLabel",
    "hidden_label": "hiddenLabel",
    "scope_note": "scopeNote",
    "exact_match": "exactMatch",
    "close_match": "closeMatch",
}
Document = dict[str, object]


@strawberry.type
class Mutation:
    """The root of all edits."""

    @strawberry.mutation(
        description="Changes in their order, as one edit. key: of one key the same list is applied once."
    )
    async def edit(
        self,
        info: Info,
        changes: list[edits.Edit],
        mode: EditMode = EditMode.ALL_OR_NOTHING,
        dry_run: bool = False,
        key: strawberry.ID | None = None,
    ) -> edits.EditResult:
        """Make changes."""
        context = info.context
        context.require(EDIT)
        if not 1 <= len(changes) <= MOST_CHANGES:
            raise InvalidRequest(
                "too_many", f"An edit holds 1 to {MOST_CHANGES} changes.", "Send them in several requests."
            )
        if context.means.send is None:
            raise Unavailable("no_door", "This server takes no edits.", "Ask one that does.")
        documents = await _documents(await context.view(), changes)
        author, now = context.principal.name, time.time_ns() // 1_000
        sent = await submit(
            context.connection,
            context.means.send,
            author,
            documents,
            now,
            mode=mode.value,
            dry_run=dry_run,
            nonce=key,
        )
        context.views.clear()  # what was read before the edit is no longer so
        view = await context.view()
        return edits.EditResult(
            outcomes=[_outcome(view, one) for one in sent.outcomes],
            position=await feed.position(context.connection),
            change_set=None if sent.edit is None else strawberry.ID(sent.edit),
        )

    @strawberry.mutation(
        description="Tries rejected or parked entries again: these; or all, or all of a state or code, a page at a "
        "time (go on with `next`). Needs the scope edit."
    )
    async def replay(
        self,
        info: Info,
        *,
        entries: list[strawberry.ID] | None = None,
        all: bool = False,
        state: KeptState | None = None,
        code: str | None = None,
        after: str | None = None,
    ) -> ReplayResult:
        """Try entries again."""
        context = info.context
        context.require(EDIT)
        if bool(entries) == all:
            raise InvalidRequest("nothing_to_replay", "Replay which entries?", "Name entries, or say all: true.")
        context.views.clear()
        if entries:
            return await replaying.replay_named(context, entries)
        return await replaying.replay_all(context, list(KeptState) if state is None else [state], code, after)

    @strawberry.mutation(
        description="Takes away what is kept of rejected entries for people to look at: of these; or of all, or all of "
        "a code. Nothing else changes: they were never taken in. Needs the scope edit."
    )
    async def forget(
        self, info: Info, *, entries: list[strawberry.ID] | None = None, all: bool = False, code: str | None = None
    ) -> ForgetResult:
        """Forget rejected entries."""
        context = info.context
        context.require(EDIT)
        if bool(entries) == all:
            raise InvalidRequest("nothing_to_forget", "Forget which entries?", "Name entries, or say all: true.")
        return await replaying.forget(context, entries, code)


def _outcome(view: View, row: OutcomeRow) -> edits.Outcome:
    said = row.document()
    remedy = row.remedy
    if row.code == "invalid-node":  # the catalog speaks of lists of kind and name; here a text is given
        remedy = 'Write an id or a name that `resolve` finds, such as "trusted.orders" or "trusted.orders#amount".'
    return edits.Outcome(
        view=view,
        subject=None if row.status == INVALID else row.subject,
        status=EditStatus(row.status),
        current=JSON(said["current"]) if "current" in said else None,
        code=row.code or None,
        message=row.sentence or None,
        remedy=remedy or None,
    )


def _chosen(change: edits.Edit) -> tuple[str, Any]:
    """The verb of a change and its arguments."""
    for verb in VERBS:
        given = getattr(change, verb)
        if given is not None and given is not strawberry.UNSET:
            return verb, given.value
    raise InvalidRequest("invalid_change", "A change names one verb.", f"Use one of {', '.join(VERBS)}.")


async def _documents(view: View, changes: Sequence[edits.Edit]) -> list[object]:
    """Changes as an edit holds them: nodes as subjects, terms as IRIs. What names nothing stays a text, and is told."""
    chosen = [_chosen(change) for change in changes]
    refs = list(dict.fromkeys(ref for _, given in chosen for ref in _refs(given)))
    found = dict(zip(refs, await resolutions(view, refs) if refs else [], strict=True))
    put = {given.iri for verb, given in chosen if verb == "put_term"}
    subjects: dict[str, object] = {}
    for ref, one in found.items():
        if one.status is Found.FOUND and isinstance(one.node, Node):
            subjects[ref] = list(one.node._subject())
        else:
            subjects[ref] = await _hidden_subject(view, ref, put) or ref
    iris: dict[str, str] = {}
    for _, given in chosen:
        if isinstance(given, edits.AssignInput) and given.term not in iris:
            iris[given.term] = await _iri(view, given.term)
    return [_document(verb, given, subjects, iris) for verb, given in chosen]


def _refs(given: Any) -> list[str]:
    """The nodes that a change names."""
    edge = getattr(given, "edge", None)
    named = [getattr(given, "node", None), *((edge.source, edge.target) if edge else ())]
    return [ref for ref in named if ref]


async def _hidden_subject(view: View, ref: str, put: Collection[str]) -> list[str] | None:
    """What no answer shows and yet can be spoken of: a run that was retracted, a term, what may still be told of.

    put: IRIs of the terms that the same edit puts.
    """
    kind, own = parse_public_id(text(ref)) or ("term", None)
    if kind == "run" and own:
        run = await view.get(runs.names_by_keys, own)
        return ["run", *run] if run else None
    if kind != "term":
        return None
    iri = await _iri(view, ref)
    if is_iri(iri) and (iri in put or may_be_term(iri) or await terms.terms(view.connection, [key(("term", iri))])):
        return ["term", iri]
    found = await unseen(view, ref)
    return list(found) if found else None


async def _iri(view: View, ref: str) -> str:
    """The IRI of a term that is named by IRI, id or label; the text itself where it names none."""
    if ref.startswith("term:") and len(ref) == 37:
        from headwater_graphql.types import node

        found = await node.by_id(view, ref)
        subject: Subject | None = found._subject() if found else None
        return subject[1] if subject and subject[0] == "term" else ref
    if is_iri(ref):
        return ref
    keys = await terms.by_ref(view.connection, text(ref).replace("\0", ""))
    known = await terms.terms(view.connection, keys) if len(keys) == 1 else {}
    return next(iter(known.values())).iri if known else ref


def _document(verb: str, given: Any, subjects: Mapping[str, object], iris: Mapping[str, str]) -> Document:
    """One change as JSON."""
    made: Document = _DOCUMENTS[verb](given, subjects, iris)
    if given.if_revision is not None:
        made["ifRevision"] = given.if_revision
    return made


def _put_term(given: edits.TermInput, _: Mapping[str, object], __: Mapping[str, str]) -> Document:
    told = {
        name: value for name, value in vars(given).items() if name != "if_revision" and value is not strawberry.UNSET
    }
    # Null means "take away" for status and type, which can be left out; elsewhere null is nothing said.
    kept = {name: value for name, value in told.items() if value is not None or name in ("status", "type")}
    return {"putTerm": {TERM_NAMES.get(name, name): value for name, value in kept.items()}}


def _assign(given: edits.AssignInput, subjects: Mapping[str, object], iris: Mapping[str, str]) -> Document:
    named = {"node": subjects[given.node], "term": iris[given.term]}
    if given.remove:
        return {"unassign": named}
    return {"assign": {**named, "status": given.status, "note": given.note}}


def _describe(given: edits.DescribeInput, subjects: Mapping[str, object], _: Mapping[str, str]) -> Document:
    return {"describe": {"node": subjects[given.node], "text": given.text}}


def _own(given: edits.OwnInput, subjects: Mapping[str, object], _: Mapping[str, str]) -> Document:
    return {"own": {"node": subjects[given.node], "owner": given.owner, "role": given.role, "remove": given.remove}}


def _tag(given: edits.TagInput, subjects: Mapping[str, object], _: Mapping[str, str]) -> Document:
    return {"tag": {"node": subjects[given.node], "tag": given.tag, "value": given.value, "remove": given.remove}}


def _property(given: edits.PropertyInput, subjects: Mapping[str, object], _: Mapping[str, str]) -> Document:
    return {"property": {"node": subjects[given.node], "name": given.name, "value": given.value}}


def _retract(given: edits.RetractInput, subjects: Mapping[str, object], _: Mapping[str, str]) -> Document:
    target: object = ["entry", given.entry or ""]
    if given.node:
        target = subjects[given.node]
    elif given.edge:
        ends = [subjects[given.edge.source], subjects[given.edge.target]]
        target = ["edge", *(part for end in ends for part in (end if isinstance(end, list) else [end]))]
    return {"restore" if given.undo else "retract": {"target": target, "reason": given.reason}}


def _zone_rules(given: edits.ZoneRulesInput, _: Mapping[str, object], __: Mapping[str, str]) -> Document:
    return {"zoneRules": {"rules": [_zone_rule(rule) for rule in given.rules]}}


def _zone_rule(given: edits.ZoneRuleInput) -> Document:
    expects = None if given.expects is None else [one.value for one in given.expects]
    settings = {
        "kind": None if given.kind is None else given.kind.value,
        "expects": expects,
        "testScope": None if given.test_scope is None else given.test_scope.value,
    }
    said = {name: value for name, value in settings.items() if value is not None}
    return {"zone": given.zone, "pattern": given.pattern, **said}


def _naming_rules(given: edits.NamingRulesInput, _: Mapping[str, object], __: Mapping[str, str]) -> Document:
    return {"namingRules": {"rules": rules_of(given.rules)}}


def _connection_rules(given: edits.ConnectionRulesInput, _: Mapping[str, object], __: Mapping[str, str]) -> Document:
    rules = [{name: said for name, said in vars(rule).items() if said is not None} for rule in given.rules]
    return {"connectionRules": {"rules": rules}}


_DOCUMENTS: dict[str, Any] = {
    "put_term": _put_term,
    "assign": _assign,
    "describe": _describe,
    "own": _own,
    "tag": _tag,
    "property": _property,
    "retract": _retract,
    "zone_rules": _zone_rules,
    "naming_rules": _naming_rules,
    "connection_rules": _connection_rules,
}
