/** The queries a newcomer finds in GraphiQL's tabs; examples.test.ts holds them to the schema. */

export interface Example {
  readonly query: string;
  readonly variables?: string;
}

/** `name`: of a dataset that the catalog has, so that the examples answer something wherever they are run. */
export const examples = (name: string): readonly Example[] => [
  {
    query: `# What there is, and what failed last.
# Ctrl-Enter runs it.
query Overview {
  stats {
    datasets
    jobs
    runs
    terms
    lastReceived
  }
  failed: runs(states: [FAIL, ABORT], first: 5) {
    nodes {
      started
      job {
        ref
      }
      error {
        message
      }
    }
  }
}
`,
  },
  {
    query: `# All that one dataset came from; its name is in the variables.
# With {"at": {"asOf": "2026-01-31T12:00:00Z"}}: at that moment.
query Upstream($select: String!, $at: At) {
  lineage(select: $select, direction: UP, depth: null, at: $at) {
    nodes {
      depth
      node {
        ref
      }
    }
    edges {
      from
      to
      status
      firstSeen
      via {
        ref
      }
    }
    complete
    cut {
      sentence
      remedy
    }
  }
}
`,
    variables: `${JSON.stringify({ select: name }, null, 2)}\n`,
  },
  {
    query: `# Text in names, columns, owners, descriptions and terms;
# then what the columns mean.
query Search($text: String!) {
  search(text: $text, first: 10) {
    nodes {
      matched
      node {
        __typename
        ref
        ... on Dataset {
          zone
          fields(first: 20) {
            nodes {
              path
              type
              terms {
                term {
                  label
                  definition
                }
              }
            }
          }
        }
      }
    }
  }
}
`,
    variables: `${JSON.stringify({ text: name.split(/\W+/).at(-1) ?? name }, null, 2)}\n`,
  },
];
