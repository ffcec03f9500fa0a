/** The lineage page: puts address, graph, arrangement and canvas together. */

import { useEffect, useMemo, useRef, useState } from "react";
import { namesJobs } from "../../api/jobselector";
import { type Address, ALL_COLUMNS, openColumns } from "../../graph/address";
import type { LineageCanvas } from "../../graph/lineagecanvas";
import { type Look, light } from "../../graph/look";
import { edgeKey } from "../../graph/model";
import { buildScene, type Scene, unseen } from "../../graph/scene";
import { centre } from "../../graph/viewport";
import { lineagePage } from "../../shell/links";
import { useTitle } from "../../shell/page";
import { Loading, Notice } from "../../shell/parts";
import { Refused } from "../../shell/refused";
import { counted } from "../../shell/wording";
import { Canvas } from "./canvas";
import { Alone, Nothing } from "./empty";
import { JobPanel } from "./jobpanel";
import { Help, Legend } from "./legend";
import { ListView } from "./list";
import { EdgePanel, NodePanel } from "./panel";
import { sayNode } from "./say";
import { StartView } from "./start";
import { neighbour, TimeBar } from "./timebar";
import { Toolbar } from "./toolbar";
import { type PageActions, useActions } from "./useactions";
import { type ChangeAddress, useAddress } from "./useaddress";
import { useArrangement } from "./usearrangement";
import { useExports } from "./useexports";
import { useGraph } from "./usegraph";
import { useMoments } from "./usemoments";
import type { RootJob } from "./useroot";

export function LineageView() {
  const [address, change] = useAddress();
  if (!address.root) return <StartView />;
  return <Lineage key={address.root} address={address} change={change} />;
}

function Lineage({ address, change }: { address: Address; change: ChangeAddress }) {
  const data = useGraph(address);
  const [tidied, setTidied] = useState(0);
  const isolated = address.isolate ? `${address.sel} ${address.col}` : "";
  const key = `${address.depth} ${address.dir} ${address.grain} ${address.collapse} ${isolated} ${tidied}`;
  const arranged = useArrangement(data.ready ? data.graph : null, key);
  const scene = useScene(data, arranged, key, address);
  const look = useLook(scene, address, data.roots);
  const drawer = useRef<LineageCanvas | null>(null);
  const find = useRef<HTMLInputElement>(null);
  const panel = useRef<HTMLElement>(null);
  const [help, setHelp] = useState(false);
  const [aids, setAids] = useState(true);
  const { moments, born } = useMoments(address);
  const root = scene?.graph.nodes.find((node) => data.roots.includes(node.id));
  const of = data.jobs.map(({ node }) => node.label).join(", ") || root?.name;
  useTitle(of ? `${of} · Lineage` : "Lineage");
  useEffect(() => {
    // A name may turn out to be a job's: then its datasets are asked for, as where a link names the job by its id.
    const named = data.roots.join(" ");
    if (address.grain === "dataset" && namesJobs(named) && address.root !== named) change({ root: named }, "replace");
  }, [data.roots, address.root, address.grain, change]);

  const page = useMemo<PageActions>(
    () => ({
      reveal: (node) => drawer.current?.reveal(node),
      details: () => panel.current?.querySelector("h2")?.focus(),
      fit: () => {
        change({ at: null }, "replace");
        drawer.current?.fit();
      },
      centre: () => {
        const box = scene?.boxes[look.selected ?? 0];
        const own = drawer.current;
        if (box && own)
          own.go(
            centre({ x: 0, y: 0, k: 1 }, box.x + box.w / 2, box.y + box.h / 2, own.size.width, own.size.height),
            true,
          );
      },
      zoom: (factor) => drawer.current?.zoom(factor),
      find: () => find.current?.focus(),
      help: () => setHelp(true),
      time: (way) => change({ asof: neighbour(moments, address.asof, way) }, "replace"),
    }),
    [scene, look, change, moments, address.asof],
  );
  const actions = useActions(scene, address, change, page);
  const exports = useExports(scene, look, drawer, data.roots, address);
  const matches = look.found ? [...look.found] : null;
  const findNext = () => {
    if (!scene || !matches || matches.length === 0) return;
    const at = matches.indexOf(look.selected ?? -1);
    const next = matches[(at + 1) % matches.length];
    actions.select(scene.graph.nodes[next].id);
    drawer.current?.reveal(next);
  };
  const beyond = useMemo(
    () => (scene ? scene.boxes.reduce((n, _, v) => n + unseen(scene, v, "up") + unseen(scene, v, "down"), 0) : 0),
    [scene],
  );
  const columnsOpen = address.open.some((token) => token.startsWith("c:"));
  const toggleColumns = () => {
    const others = address.open.filter((token) => !token.startsWith("c:"));
    change({ open: columnsOpen ? others : [...others, ALL_COLUMNS] });
  };

  return (
    <main className="lineage">
      <h1 className="unseen">Lineage of {of ?? address.root}</h1>
      <Toolbar
        address={address}
        change={change}
        find={find}
        findNext={findNext}
        shown={scene?.graph.nodes.length ?? 0}
        beyond={beyond}
        matches={matches?.length ?? null}
        columnsOpen={columnsOpen}
        toggleColumns={toggleColumns}
        fit={page.fit}
        tidy={() => setTidied(tidied + 1)}
        help={page.help}
        exports={exports}
      />
      <div className="stage">
        <div className="picture" data-ready={scene !== null && arranged.key === key && data.ready}>
          {scene && address.view === "graph" && (
            <Canvas
              scene={scene}
              look={look}
              drawer={drawer}
              arranged={arranged.key}
              at={address.at}
              whole={address.depth === 0}
              miniMap={aids}
              label={
                of
                  ? `Lineage of ${of}, ${counted(scene.graph.nodes.length, address.grain)} shown. Arrow keys walk, question mark lists the keys.`
                  : "Lineage"
              }
              onHit={actions.hit}
              onHover={() => undefined}
              onRest={(at) => change({ at }, "replace")}
              onKeyDown={actions.key}
            />
          )}
          {scene && address.view === "list" && (
            <ListView
              graph={scene.graph}
              roots={data.roots}
              selected={address.sel}
              select={actions.select}
              filter={address.filter}
            />
          )}
          {scene && address.view === "graph" && (
            <Legend graph={scene.graph} open={aids} toggle={() => setAids(!aids)} />
          )}
          <div className="over">
            {data.error ? <Refused error={data.error} name={address.root} retry={data.retry} to={lineagePage} /> : null}
            {scene && address.view === "graph" && columnsOpen && !address.col && (
              <p className="cutnotice" role="status">
                Click a column to see which columns it comes from and which it feeds; zoom in to read them.
              </p>
            )}
            {data.cut.filter(unexpected).map((cut) => (
              <p key={`${cut.reason} ${cut.direction}`} className="cutnotice" role="status">
                {cut.sentence} <span className="muted">{cut.remedy}</span>
              </p>
            ))}
            {scene && data.ready && data.graph?.nodes.length === 1 && data.jobs.length === 0 && !address.isolate && (
              <Alone asof={address.asof} dir={address.dir} moments={moments} change={change} />
            )}
            {arranged.busy && (
              <p className="cutnotice" role="status">
                Laying out {counted(data.graph?.nodes.length ?? 0, address.grain)} …
                <button type="button" onClick={arranged.cancel}>
                  Cancel
                </button>
              </p>
            )}
          </div>
          {!scene && !data.error && data.graph?.nodes.length !== 0 && (
            <div className="waiting">
              <Loading lines={5} />
            </div>
          )}
          {data.graph?.nodes.length === 0 && (
            <div className="waiting">
              <Nothing asof={address.asof} moments={moments} born={born} jobs={data.jobs} change={change} />
            </div>
          )}
        </div>
        <aside ref={panel} className="panel" aria-label="Details">
          <Panel
            scene={scene}
            look={look}
            address={address}
            actions={actions}
            root={data.jobs.length > 0 ? "" : (root?.id ?? address.root)}
            jobs={data.jobs}
          />
        </aside>
      </div>
      <TimeBar moments={moments} asof={address.asof} change={(asof) => change({ asof }, "replace")} />
      <p className="unseen" aria-live="polite">
        {scene && look.selected !== null ? sayNode(scene, look.selected, address.col) : ""}
      </p>
      {help && <Help close={() => setHelp(false)} />}
    </main>
  );
}

/** That a graph of depth 1 ends after one step is no news: chips and toolbar say it already. */
const unexpected = (cut: { reason: string }) => cut.reason !== "DEPTH";

interface PanelProps {
  scene: Scene | null;
  look: Look;
  address: Address;
  actions: ReturnType<typeof useActions>;
  root: string;
  jobs: readonly RootJob[];
}

function Panel({ scene, look, address, actions, root, jobs }: PanelProps) {
  if (!scene) return null;
  if (look.edge !== null)
    return <EdgePanel scene={scene} edge={scene.graph.edges[look.edge]} address={address} select={actions.select} />;
  // With nothing selected the panel speaks of the root: that is what the reader came for.
  const shown = look.selected ?? scene.adjacency.index.get(root);
  if (shown === undefined && jobs.length > 0)
    return jobs.map((job) => (
      <JobPanel key={job.node.id} job={job} scene={scene} asof={address.asof} select={actions.select} />
    ));
  if (shown === undefined)
    return (
      <Notice title="Nothing selected">Select a card to light its path, or an edge to see why it is there.</Notice>
    );
  const id = scene.graph.nodes[shown].id;
  return (
    <NodePanel
      key={id}
      scene={scene}
      index={shown}
      address={address}
      root={root}
      select={actions.select}
      trace={(column) => actions.trace(id, column)}
    />
  );
}

/** The scene of the latest complete arrangement; the one before it stays until then, so that nothing flickers. */
function useScene(
  data: ReturnType<typeof useGraph>,
  arranged: ReturnType<typeof useArrangement>,
  key: string,
  address: Address,
): Scene | null {
  const last = useRef<Scene | null>(null);
  const { graph, trace } = data;
  return useMemo(() => {
    const complete =
      graph && arranged.key === key && graph.nodes.every((node) => arranged.arrangement.spots.has(node.id));
    if (graph?.nodes.length === 0) last.current = null;
    else if (complete) {
      const shown = graph.nodes.map((node) => node.id);
      const open = new Set(openColumns(address.open, shown));
      last.current = buildScene(graph, arranged.arrangement, open, trace);
    }
    return last.current;
  }, [graph, trace, arranged.key, arranged.arrangement, key, address.open]);
}

function useLook(scene: Scene | null, address: Address, rootIds: readonly string[]): Look {
  return useMemo(() => {
    const { sel, col } = address;
    const selected = (sel !== null && scene?.adjacency.index.get(sel)) ?? null;
    const node = typeof selected === "number" ? selected : null;
    const found = sel?.includes(">") ? scene?.graph.edges.findIndex((edge) => edgeKey(edge) === sel) : undefined;
    const edge = found !== undefined && found >= 0 ? found : null;
    const wanted = address.filter.trim().toLowerCase();
    const matches =
      scene?.graph.nodes.flatMap((one, v) => (one.fullName.toLowerCase().includes(wanted) ? [v] : [])) ?? [];
    return {
      selected: node,
      edge,
      hovered: null,
      roots: new Set(rootIds.flatMap((id) => scene?.adjacency.index.get(id) ?? [])),
      column: node !== null && col !== null ? { node, name: col } : null,
      ...(scene ? light(scene, node, edge) : { lit: null, litEdges: null }),
      found: wanted ? new Set(matches) : null,
      taken: new Set(address.open),
    };
  }, [scene, address, rootIds]);
}
