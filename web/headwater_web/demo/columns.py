"""Column lineage as the jobs declare it: a few lines of text a table, read into the facet of OpenLineage.

city       ~ formatted.users:city          the column is computed from that field
user_id    = formatted.users:user_id       … is a copy of it (several sources: separate by blanks)
clicks     + exploitation.clicks:click_id  … is an aggregate of it
email_hash ! formatted.users:email         … is computed and masks it
reason     ? formatted.users:city          … is a constant that was chosen by it
* FILTER   formatted.users:birth_date      every column depends on it, because rows were chosen by it

What no SQL tells, a job says after " -- " in the words or the line of its program: the description of that step.
"""

from dataclasses import dataclass

from openlineage.client.facet_v2 import column_lineage_dataset, lineage

from headwater_web.demo.datasets import DATASETS

HOW = {
    "=": ("DIRECT", "IDENTITY"),
    "~": ("DIRECT", "TRANSFORMATION"),
    "+": ("DIRECT", "AGGREGATION"),
    "!": ("DIRECT", "TRANSFORMATION"),
    "?": ("INDIRECT", "CONDITIONAL"),
}


@dataclass(frozen=True)
class Source:
    """A field that a column, or every column, comes from."""

    dataset: str
    field: str
    type: str
    subtype: str
    masking: bool = False
    description: str | None = None


@dataclass(frozen=True)
class Columns:
    """Where the columns of one table come from; `every` holds what they all depend on."""

    fields: dict[str, tuple[Source, ...]]
    every: tuple[Source, ...] = ()

    def facet(self) -> column_lineage_dataset.ColumnLineageDatasetFacet:
        """As the dataset facet `columnLineage`."""
        return column_lineage_dataset.ColumnLineageDatasetFacet(
            fields={
                name: column_lineage_dataset.Fields(inputFields=[_input_field(s) for s in sources])
                for name, sources in self.fields.items()
            },
            dataset=[_input_field(source) for source in self.every],
        )

    def entry(self, target: str) -> lineage.LineageDatasetEntry:
        """As an entry of the job facet `lineage`, which states the whole lineage of its target."""
        dataset = DATASETS[target]
        return lineage.LineageDatasetEntry(
            namespace=dataset.namespace,
            name=dataset.name,
            type="DATASET",
            inputs=[_lineage_input(source) for source in self.every],
            fields={
                name: lineage.LineageFieldEntry(inputs=[_lineage_input(s) for s in sources])
                for name, sources in self.fields.items()
            },
        )


NOTHING_UPSTREAM = Columns({})


def columns(text: str) -> Columns:
    """Reads the notation of this module; a dataset that the demo does not have is a KeyError."""
    fields: dict[str, tuple[Source, ...]] = {}
    every: list[Source] = []
    for line in text.strip().splitlines():
        stated, _, words = line.partition(" -- ")
        first, sign, *sources = stated.split()
        told = words.strip() or None
        if first == "*":
            every += [_source(source, ("INDIRECT", sign), told) for source in sources]
        else:
            fields[first] = tuple(_source(s, HOW[sign], told, masking=sign == "!") for s in sources)
    return Columns(fields, tuple(every))


def copied(source: str, names: list[str]) -> Columns:
    """All these columns are taken over as they are."""
    return Columns({name: (Source(source, name, "DIRECT", "IDENTITY"),) for name in names})


def _source(text: str, how: tuple[str, str], told: str | None, *, masking: bool = False) -> Source:
    dataset, _, field = text.partition(":")
    return Source(DATASETS[dataset].key, field, *how, masking, told)


def _input_field(source: Source) -> column_lineage_dataset.InputField:
    dataset = DATASETS[source.dataset]
    step = column_lineage_dataset.Transformation(
        source.type, source.subtype, description=source.description, masking=source.masking or None
    )
    return column_lineage_dataset.InputField(dataset.namespace, dataset.name, source.field, [step])


def _lineage_input(source: Source) -> lineage.LineageDatasetInput:
    dataset = DATASETS[source.dataset]
    step = lineage.LineageTransformation(
        source.type, source.subtype, description=source.description, masking=source.masking or None
    )
    return lineage.LineageDatasetInput(dataset.namespace, dataset.name, "DATASET", source.field, [step])
