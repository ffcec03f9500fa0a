/** The ways that data take from one node to another, each step with how and by which job. */

import { Link, useLocation, useSearch } from "wouter";
import { PATHS, type Path, type PathSet } from "../../api/operations/paths";
import { useOperation } from "../../api/use";
import { AskBoxes } from "../../shell/askbox";
import { AsOf, readAsof } from "../../shell/asof";
import { lineagePage, pathsPage, type Route } from "../../shell/links";
import { NameIfKnown } from "../../shell/name";
import { Names } from "../../shell/namelist";
import { Page } from "../../shell/page";
import { Limits, Loading, Time } from "../../shell/parts";
import { Refused } from "../../shell/refused";
import { Section } from "../../shell/section";
import { type Head, Table } from "../../shell/table";
import { count, counted } from "../../shell/wording";
import { Ends } from "./ends";
import { rowsOf } from "./steps";

/** Paths at first, and the most that the catalog gives. */
const FEW = 10;
const MOST = 1000;

export function PathsView() {
  const route = readRoute(new URLSearchParams(useSearch()));
  const [, go] = useLocation();
  const { from, to, through, avoiding, asof } = route;
  const said = from !== "" || to !== "";
  const boxes = [
    { name: "from", label: "From", hint: "raw.orders#total", text: from },
    { name: "to", label: "To", hint: "mart.sales", text: to },
    { name: "through", label: "Through", hint: "any", text: through ?? "" },
    { name: "avoiding", label: "Avoiding", hint: "none", text: avoiding ?? "" },
  ];
  const ask = (text: Record<string, string>) => {
    const word = (name: string) => text[name]?.trim() ?? "";
    const [start, end] = [word("from"), word("to")];
    go(pathsPage({ from: start, to: end, through: word("through"), avoiding: word("avoiding"), asof }));
  };
  return (
    <Page title="Paths">
      {asof && <AsOf at={asof} now={pathsPage({ ...route, asof: null })} />}
      <h1>Paths</h1>
      <p className="muted">
        By which ways data get from here to there: between columns where an end is a column, else between datasets.
      </p>
      <AskBoxes key={pathsPage(route)} boxes={boxes} ask={ask} button="Find paths" />
      {said && (from === "" || to === "") && <Ends route={route} />}
      {from !== "" && to !== "" && <Answer route={route} />}
    </Page>
  );
}

function readRoute(query: URLSearchParams): Route {
  const text = (name: string) => query.get(name) ?? "";
  const limit = Number(query.get("limit") ?? FEW);
  return {
    from: text("from"),
    to: text("to"),
    through: text("through"),
    avoiding: text("avoiding"),
    limit: Number.isInteger(limit) && limit > FEW && limit <= MOST ? limit : undefined,
    asof: readAsof(query.get("asof")),
  };
}

const one = (name: string | undefined) => (name ? [name] : null);

function Answer({ route }: { route: Route }) {
  const { from, to, through, avoiding, limit = FEW, asof } = route;
  const at = asof ? { asOf: asof } : null;
  const asked = { from, to, through: one(through), avoiding: one(avoiding), limit, at };
  const answer = useOperation(PATHS, asked);
  if (answer.error) return <Refused error={answer.error} name="" retry={() => answer.refetch()} />;
  if (!answer.data) return <Loading lines={8} />;
  return <Found found={answer.data.paths} route={route} />;
}

function Found({ found, route }: { found: PathSet; route: Route }) {
  const { from, to, asof = null } = route;
  return (
    <div className="stack">
      <div className="row between">
        <p role="status" className="answer">
          {found.sentence}
        </p>
        <span className="row">
          <Link href={pathsPage({ ...route, from: to, to: from })} className="button quiet">
            The other way round
          </Link>
          {found.granularity === "DATASET" && found.count > 0 && (
            <Link href={lineagePage(`${from}+,+${to}`, null, asof)} className="button">
              All between as a graph
            </Link>
          )}
        </span>
      </div>
      <Limits cut={found.cut} />
      {found.paths.map((path, at) => (
        <Section
          // biome-ignore lint/suspicious/noArrayIndexKey: the answer's order is what paths are known by
          key={at}
          id={`path-${at}`}
          title={`${count(at + 1)}. ${counted(path.length, "step")}`}
        >
          <Steps path={path} />
        </Section>
      ))}
      {found.paths.length < found.count && (
        <Link href={pathsPage({ ...route, limit: MOST })} className="button">
          Show all {count(found.count)}
        </Link>
      )}
    </div>
  );
}

const HEADS: readonly Head[] = ["Node", "How it is made", "By", "Seen in", ["Last", "number"]];

function Steps({ path }: { path: Path }) {
  return (
    <Table heads={HEADS} className="why">
      {rowsOf(path).map(({ node, how, jobs, seen, last }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a path passes no node twice, and keeps its order
        <tr key={at}>
          <th scope="row">
            <NameIfKnown node={node} />
          </th>
          <td>{how || <span className="muted">the beginning</span>}</td>
          <td>
            <Names nodes={jobs} />
          </td>
          <td>{seen}</td>
          <td className="number">{last && <Time at={last} />}</td>
        </tr>
      ))}
    </Table>
  );
}
