/** The panel's words on the job that the graph was asked for: it has no card, its datasets have. */

import { Link } from "wouter";
import type { Scene } from "../../graph/scene";
import { nodePage } from "../../shell/links";
import { Kind } from "../../shell/parts";
import { Neighbours } from "./panel";
import type { RootJob } from "./useroot";

interface Props {
  job: RootJob;
  scene: Scene;
  asof: string | null;
  select: (id: string) => void;
}

export function JobPanel({ job: { node, reads, writes }, scene, asof, select }: Props) {
  const shown = (ids: readonly string[]) => ids.flatMap((id) => scene.adjacency.index.get(id) ?? []);
  return (
    <>
      <header>
        <h2 tabIndex={-1}>{node.label}</h2>
        <p className="muted mono small wrap">{node.ref}</p>
      </header>
      <dl className="facts">
        <dt>Kind</dt>
        <dd>
          <Kind kind="job" />
        </dd>
      </dl>
      <p className="row">
        <Link className="button" href={nodePage(node.id, asof)}>
          Open page
        </Link>
      </p>
      <Neighbours title="Reads" scene={scene} list={shown(reads)} all={reads.length} select={select} />
      <Neighbours title="Writes" scene={scene} list={shown(writes)} all={writes.length} select={select} />
    </>
  );
}
