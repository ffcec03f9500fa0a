/** What facets tell of a node, by their members: storage, query, engine …; those that are not there are left out. */

import type { DeclaredLine } from "../../api/operations/declared";
import type { DatasetTold, JobTold, RunTold } from "../../api/operations/node";
import { bytes, count, counted, duration, plain } from "../../shell/wording";
import { Part } from "./sections";

type Line = readonly [name: string, value: string | null | undefined, face?: "mono"];

/** Names and values for a list of facts. */
export function Told({ lines }: { lines: readonly Line[] }) {
  return <>{lines.map(([name, value, face]) => value && <Fact key={name} name={name} value={value} face={face} />)}</>;
}

function Fact({ name, value, face }: { name: string; value: string; face?: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={face}>{value}</dd>
    </>
  );
}

/** Words that are there, one after the other. */
export const joined = (...words: readonly (string | false | null | undefined)[]): string | null =>
  words.filter(Boolean).join(", ") || null;

/** Signs between fields that are lost among those of a sentence, or cannot be seen. */
const ENDS: Readonly<Record<string, string>> = { ",": "commas", ";": "semicolons", "\t": "tabs", " ": "blanks" };

/** Columns with a form of dates or times of their own that are listed. */
const OWN_SHOWN = 5;

/** "csv, latin-1, fields end at semicolons, quoted with ', decimals after a comma". */
function formatOf(format: DatasetTold["format"]): string | null {
  if (!format) return null;
  const { delimiter, quote, decimal, dateFormat, columnFormats = [] } = format.csv ?? {};
  const others = columnFormats.slice(0, OWN_SHOWN).map(({ column, format: own }) => `${column}: ${own ?? "ISO 8601"}`);
  const more = columnFormats.length - others.length;
  return joined(
    format.name,
    format.encoding,
    format.compression,
    delimiter && `fields end at ${ENDS[delimiter] ?? delimiter}`,
    quote && `quoted with ${quote}`,
    decimal === "," ? "decimals after a comma" : null,
    dateFormat && `days as ${dateFormat}`,
    ...others,
    more > 0 && `${count(more)} more columns with forms of their own`,
  );
}

/** "1,204 rows by its statistics, 81.9 kB, 3 files". */
function sizeOf(size: DeclaredLine["size"], measured: boolean): string | null {
  if (!size) return null;
  const rows =
    !measured && size.rows !== null && `${counted(size.rows, "row")}${size.estimated ? " by its statistics" : ""}`;
  return joined(
    rows || null,
    size.bytes === null ? null : bytes(size.bytes),
    size.files === null ? null : counted(size.files, "file"),
  );
}

/** "postgresql, db.example:5432, database shop, as reader, secret in env:SHOP_PASSWORD". */
function connectionOf(connection: DeclaredLine["connection"]): string | null {
  if (!connection) return null;
  const { driver, host, port, database, user, secretReference } = connection;
  return joined(
    driver,
    host && (port === null ? host : `${host}:${port}`),
    database && `database ${database}`,
    user && `as ${user}`,
    secretReference && `secret in ${secretReference}`,
  );
}

/** Of how it is declared and reached; measured: whether somebody counted its rows, which then goes first. */
export const declaredLines = (
  { size, connection, zoneRule }: Partial<DeclaredLine>,
  measured: boolean,
): readonly Line[] => [
  ["Size", sizeOf(size ?? null, measured)],
  ["Reached by", connectionOf(connection ?? null)],
  ["Zone", zoneRule && `${zoneRule.zone}, since it fits ${zoneRule.pattern}`],
];

export const datasetLines = (told: DatasetTold): readonly Line[] => [
  ["Kind of it", told.datasetType?.subType && plain(told.datasetType.subType)],
  ["Stored as", joined(told.storage?.storageLayer, told.storage?.fileFormat)],
  ["Catalog", joined(told.catalog?.name, told.catalog?.type, told.catalog?.warehouseUri)],
  ["Source", joined(told.dataSource?.name, told.dataSource?.uri), "mono"],
  ["Format", formatOf(told.format)],
  ["Files", told.location && [told.location.uri, told.location.pattern].filter(Boolean).join("/"), "mono"],
  ["Files are called", told.location?.fileName, "mono"],
  ["Lies in", told.hierarchy.map((level) => level.name).join(" › ") || null],
];

export const jobLines = (told: JobTold): readonly Line[] => [
  ["Type", joined(told.jobType?.jobType, told.jobType?.processingType, told.jobType?.integration)?.toLowerCase()],
  ["Code", joined(told.sourceCodeLocation?.url, told.sourceCodeLocation?.version), "mono"],
];

export const runLines = (told: RunTold): readonly Line[] => [
  ["Engine", joined(told.processingEngine?.name, told.processingEngine?.version)],
  ["Query id", joined(told.externalQuery?.externalQueryId, told.externalQuery?.source), "mono"],
  [
    "Not understood",
    told.extractionError &&
      joined(
        `${count(told.extractionError.failedTasks ?? told.extractionError.errors.length)} parts by its producer`,
        told.extractionError.errors[0]?.errorMessage,
      ),
  ],
  ...processLines(told.process),
];

/** Of a command that `headwater run` wrapped. */
function processLines(process: RunTold["process"]): readonly Line[] {
  if (!process) return [];
  const { command, host, exitCode, signal, userSeconds, systemSeconds, peakMemoryBytes } = process;
  const cpu = (userSeconds ?? 0) + (systemSeconds ?? 0);
  return [
    ["Command", command, "mono"],
    ["Host", host],
    ["Exit code", exitCode === null ? signal && `ended by ${signal}` : String(exitCode)],
    ["CPU time", userSeconds === null ? null : duration(cpu * 1000)],
    ["Most memory", peakMemoryBytes === null ? null : bytes(peakMemoryBytes)],
  ];
}

/** The last of what a wrapped command said on its standard error. */
export function Stderr({ told: { process } }: { told: RunTold }) {
  return process?.stderr ? <Text title="Last of its standard error" text={process.stderr} /> : null;
}

export function Query({ told }: { told: JobTold }) {
  const [title, text] = told.sql?.query
    ? [joined("Query", told.sql.dialect), told.sql.query]
    : [joined("Code", told.sourceCode?.language), told.sourceCode?.sourceCode];
  return text ? <Text title={title ?? ""} text={text} /> : null;
}

export function Text({ title, text }: { title: string; text: string }) {
  return (
    <Part title={title}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable from the keyboard */}
      <pre className="json" tabIndex={0}>
        {text.trim()}
      </pre>
    </Part>
  );
}
