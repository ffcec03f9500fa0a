/** What the nodes of the made-up warehouse have in common: ids, times, pages. */

import { createHash } from "node:crypto";

export const digest = (kind, name) =>
  `${kind}:${createHash("sha256").update(`${kind} ${name}`).digest("hex").slice(0, 32)}`;
export const hoursAgo = (h) => new Date(Date.now() - h * 3_600_000).toISOString();

const noPage = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
export const connection = (list, { first = 50 } = {}) => {
  const nodes = list.slice(0, first);
  return {
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: String(i) })),
    pageInfo: { ...noPage, hasNextPage: list.length > first },
  };
};

export const common = (kind, name, label, ref) => ({
  id: digest(kind, name),
  ref,
  label,
  retracted: false,
  properties: [],
  facets: [],
  history: (args) =>
    connection(
      [
        {
          position: "120",
          kind: "RUN_EVENT",
          nodeId: digest(kind, name),
          at: hoursAgo(1),
          received: hoursAgo(1),
          detail: null,
        },
        {
          position: "7",
          kind: "FIRST_SEEN",
          nodeId: digest(kind, name),
          at: hoursAgo(900),
          received: hoursAgo(900),
          detail: null,
        },
      ],
      args,
    ),
});
