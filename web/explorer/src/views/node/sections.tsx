/** Pieces that the three headings are built from. */

import { Fragment, type ReactNode, useState } from "react";
import { Link } from "wouter";
import type { PropertyLine } from "../../api/operations/node";
import type { AssignmentLine, OwnerLine, Said, TagLine } from "../../api/operations/said";
import type { NodeRef } from "../../api/operations/shared";
import { nodePage, termPage } from "../../shell/links";
import { Name } from "../../shell/name";
import { State, Time } from "../../shell/parts";
import { Table } from "../../shell/table";
import { plain } from "../../shell/wording";
import type { Happening } from "./history";

export function Heading({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  const id = title.toLowerCase();
  return (
    <section className="heading" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p>{about}</p>
      </div>
      <div>{children}</div>
    </section>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

/** The text that counts, and what others said beside it: all of it is kept, so all of it is shown. */
export function Descriptions({ said }: { said: readonly Said[] }) {
  const chosen = said.find((one) => one.effective);
  const others = said.filter((one) => one !== chosen);
  if (!chosen && others.length === 0) return <p className="muted">Nobody has described it yet.</p>;
  return (
    <div>
      {chosen && <p className="prose">{chosen.text}</p>}
      {chosen && <Source said={chosen} />}
      {others.length > 0 && (
        <details>
          <summary className="small muted">{others.length} more said</summary>
          {others.map((one) => (
            <div key={`${one.source} ${one.by} ${one.at}`}>
              <p className="prose">{one.text}</p>
              <Source said={one} />
            </div>
          ))}
        </details>
      )}
    </div>
  );
}

function Source({ said }: { said: Said }) {
  return (
    <p className="muted small">
      {plain(said.source)}
      {said.by ? ` · ${said.by}` : ""} · <Time at={said.at} />
    </p>
  );
}

export function Terms({ terms }: { terms: readonly AssignmentLine[] }) {
  if (terms.length === 0) return <p className="muted">No glossary term is assigned.</p>;
  return (
    <ul className="list">
      {terms.map(({ term, termIri, status }) => (
        <li key={termIri}>
          {term ? <Link href={termPage(term.id)}>{term.label}</Link> : <span className="mono">{termIri}</span>}
          <span className="grow cut muted">{term?.definition}</span>
          <State state={status} />
        </li>
      ))}
    </ul>
  );
}

interface OwnersProps {
  owners: readonly OwnerLine[];
  tags: readonly TagLine[];
  properties?: readonly PropertyLine[];
  /** Of what it is a part of: they answer for it where nobody is named. */
  whole?: readonly OwnerLine[];
}

const sayOwners = (owners: readonly OwnerLine[]) =>
  owners.map(({ name, role }) => `${name}${role ? ` (${role.toLowerCase()})` : ""}`).join(", ");

export function Owners({ owners, tags, properties = [], whole = [] }: OwnersProps) {
  return (
    <dl className="facts">
      <dt>Owners</dt>
      <dd>{sayOwners(owners) || (whole.length > 0 ? `of its dataset: ${sayOwners(whole)}` : "none named")}</dd>
      <Tags tags={tags} />
      {properties.map(({ name, value, source }) => (
        <Fragment key={`${name} ${source}`}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** Tags as a line of a list of facts. */
export function Tags({ tags }: { tags: readonly TagLine[] }) {
  if (tags.length === 0) return null;
  return (
    <>
      <dt>Tags</dt>
      <dd className="row">
        <TagList tags={tags} />
      </dd>
    </>
  );
}

/** Tags, each with the source that its producer names: the same word of dbt and of a person are two things. */
export function TagList({ tags }: { tags: readonly TagLine[] }) {
  return tags.map((tag) => (
    <span key={`${tag.name} ${tag.value} ${tag.origin}`} className="tag" title={tag.by ? `by ${tag.by}` : undefined}>
      {tag.value ? `${tag.name}: ${tag.value}` : tag.name}
      {tag.origin && <span className="origin"> {plain(tag.origin)}</span>}
    </span>
  ));
}

export function NodeLink({ node }: { node: NodeRef | null }) {
  if (!node) return <span className="muted">not known any more</span>;
  return <Name node={node} />;
}

/** A time, and the way to the run that it is of. */
export function RunTime({ run, at }: { run: { id: string } | null; at: string | null }) {
  const time = <Time at={at} />;
  return run ? <Link href={nodePage(run.id)}>{time}</Link> : time;
}

const PLACES: Readonly<Record<string, string>> = { inputFacets: "of input", outputFacets: "of output" };

interface Facet {
  facet?: string;
  at?: string;
  place?: string;
  source?: string;
  of?: string | null;
  value?: unknown;
}

/** Every facet as the catalog holds it, those that nothing here interprets included; `of`: the name of the page's node. */
export function Facets({ facets, of }: { facets: unknown; of: string }) {
  const list = Array.isArray(facets) ? (facets as Facet[]) : [];
  if (list.length === 0) return <p className="muted">No facets were sent.</p>;
  return (
    <div>
      {list.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two facets may differ in nothing else
        <OneFacet key={`${one.facet} ${one.place} ${i}`} one={one} of={of} />
      ))}
    </div>
  );
}

/** Its text is written once it is opened: that of a wide table's profile has megabytes. */
function OneFacet({ one, of }: { one: Facet; of: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="facet" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{one.facet ?? "facet"}</code>
        {one.of && one.of !== of && (
          <span className="muted small">
            {PLACES[one.place ?? ""]} {one.of}
          </span>
        )}
        {one.source === "CRAWLER" && <span className="muted small">of a crawler</span>}
        <span className="muted small">{one.at && <Time at={one.at} />}</span>
      </summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable from the keyboard
        <pre className="json" tabIndex={0}>
          {JSON.stringify(one.value ?? one, null, 2)}
        </pre>
      )}
    </details>
  );
}

/** When something was so and when the catalog learnt of it are two times, and stand apart. */
export function HistoryList({ happened }: { happened: readonly Happening[] }) {
  if (happened.length === 0) return <p className="muted">No changes are recorded.</p>;
  const learnt = happened.some((one) => one.learnt);
  return (
    <Table heads={["What", "When it was so", ...(learnt ? ["Learnt"] : [])]} className="history happened">
      {happened.map((one) => (
        <tr key={one.key}>
          <td>
            {one.said} <span className="muted">{one.more}</span>
          </td>
          <td className="muted">{one.at ? <Time at={one.at} /> : "not said"}</td>
          {learnt && <td className="muted">{one.learnt && <Time at={one.learnt} />}</td>}
        </tr>
      ))}
    </Table>
  );
}
