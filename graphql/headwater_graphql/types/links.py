"""References between types of different files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from headwater_graphql.types.dataset import Dataset
    from headwater_graphql.types.field import Field
    from headwater_graphql.types.job import Job
    from headwater_graphql.types.node import Change, Node
    from headwater_graphql.types.run import Run
    from headwater_graphql.types.said import Assignment
    from headwater_graphql.types.term import Term
    from headwater_graphql.types.use import DatasetUse

NodeRef = Annotated["Node", strawberry.lazy("headwater_graphql.types.node")]
ChangeRef = Annotated["Change", strawberry.lazy("headwater_graphql.types.node")]
DatasetRef = Annotated["Dataset", strawberry.lazy("headwater_graphql.types.dataset")]
FieldRef = Annotated["Field", strawberry.lazy("headwater_graphql.types.field")]
JobRef = Annotated["Job", strawberry.lazy("headwater_graphql.types.job")]
RunRef = Annotated["Run", strawberry.lazy("headwater_graphql.types.run")]
TermRef = Annotated["Term", strawberry.lazy("headwater_graphql.types.term")]
AssignmentRef = Annotated["Assignment", strawberry.lazy("headwater_graphql.types.said")]
UseRef = Annotated["DatasetUse", strawberry.lazy("headwater_graphql.types.use")]
