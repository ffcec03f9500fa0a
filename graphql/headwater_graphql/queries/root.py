"""The root of all questions."""

from __future__ import annotations

import strawberry

from headwater_graphql.queries.analysis import AnalysisQueries
from headwater_graphql.queries.comparing import ComparingQueries
from headwater_graphql.queries.completing import CompletionQueries
from headwater_graphql.queries.contracts import ContractQueries
from headwater_graphql.queries.crawls import CrawlQueries
from headwater_graphql.queries.diff import DiffQueries
from headwater_graphql.queries.entries import EntryQueries
from headwater_graphql.queries.feed import FeedQueries
from headwater_graphql.queries.governing import GoverningQueries
from headwater_graphql.queries.impact import ImpactQueries
from headwater_graphql.queries.lineage import LineageQueries
from headwater_graphql.queries.lists import ListQueries
from headwater_graphql.queries.loading import LoadingQueries
from headwater_graphql.queries.mapping import MappingQueries
from headwater_graphql.queries.nodes import NodeQueries
from headwater_graphql.queries.opening import OpeningQueries
from headwater_graphql.queries.paths import PathQueries
from headwater_graphql.queries.scheduled import ScheduleQueries
from headwater_graphql.queries.schemas import SchemaQueries
from headwater_graphql.queries.zoning import ZoneQueries


@strawberry.type
class Query(
    NodeQueries,
    ListQueries,
    LineageQueries,
    AnalysisQueries,
    DiffQueries,
    ComparingQueries,
    PathQueries,
    ImpactQueries,
    CompletionQueries,
    FeedQueries,
    LoadingQueries,
    CrawlQueries,
    OpeningQueries,
    MappingQueries,
    ZoneQueries,
    GoverningQueries,
    EntryQueries,
    SchemaQueries,
    ContractQueries,
    ScheduleQueries,
):
    """The root of all questions."""
