/** What started a job and what it starts, as a tree; each with how its last run went. */

import type { ReactNode } from "react";
import { Link } from "wouter";
import type { JobAbove, JobBelow, JobPage } from "../../api/operations/node";
import type { Page } from "../../api/operations/shared";
import { nodePage } from "../../shell/links";
import { State } from "../../shell/parts";
import { ancestors } from "./ancestors";
import { Part } from "./sections";

export function Hierarchy({ job }: { job: JobPage }) {
  const above = ancestors(job.parent);
  const { nodes, pageInfo } = job.children;
  if (above.length + nodes.length === 0) return null;
  return (
    <Part title="Hierarchy">
      <div className="nested">
        <ul>
          <Nested above={above}>
            <li>
              <div aria-current="true">
                <strong>{job.label}</strong>
                <span className="muted small">this job</span>
              </div>
              {nodes.length > 0 && (
                <ul>
                  {nodes.map((child) => (
                    <Below key={child.id} job={child} below={child.children} />
                  ))}
                  {pageInfo.hasNextPage && <More />}
                </ul>
              )}
            </li>
          </Nested>
        </ul>
      </div>
    </Part>
  );
}

function Nested({ above, children }: { above: readonly JobAbove[]; children: ReactNode }) {
  const [outer, ...inner] = above;
  if (!outer) return children;
  return (
    <li>
      <div>
        <Link href={nodePage(outer.id)} title={outer.ref}>
          {outer.label}
        </Link>
      </div>
      <ul>
        <Nested above={inner}>{children}</Nested>
      </ul>
    </li>
  );
}

function Below({ job, below }: { job: JobBelow; below?: Page<JobBelow> }) {
  return (
    <li>
      <div>
        <Link href={nodePage(job.id)} title={job.ref}>
          {job.label}
        </Link>
        {job.lastRun && (
          <Link href={nodePage(job.lastRun.id)} aria-label={`last run: ${job.lastRun.state.toLowerCase()}`}>
            <State state={job.lastRun.state} />
          </Link>
        )}
      </div>
      {below && below.nodes.length > 0 && (
        <ul>
          {below.nodes.map((one) => (
            <Below key={one.id} job={one} />
          ))}
          {below.pageInfo.hasNextPage && <More />}
        </ul>
      )}
    </li>
  );
}

const More = () => (
  <li>
    <div className="muted">and more</div>
  </li>
);
