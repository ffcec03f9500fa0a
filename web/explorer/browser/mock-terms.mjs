/** The glossary of the made-up warehouse. */

import { common, connection, hoursAgo } from "./mock-parts.mjs";
import { TERMS } from "./mock-tables.mjs";

export function makeTerms(datasets) {
  const terms = TERMS.map(([name, definition, status]) => {
    const iri = `https://example.org/glossary/shop/${name.toLowerCase().replaceAll(" ", "-")}`;
    return {
      __typename: "Term",
      ...common("term", iri, name, `term:"${name}"`),
      iri,
      glossary: "shop",
      status,
      definition,
      definitions: [{ text: definition, language: "en" }],
      labels: [{ text: name, language: "en", kind: "preferred" }],
      broader: [],
      all_narrower: [],
      related: [],
      all_assignments: [],
      owners: [{ name: "steward", role: "steward", source: "PERSON", by: "ana", at: hoursAgo(50) }],
      revision: "1",
    };
  });
  const byName = new Map(terms.map((term) => [term.label, term]));
  TERMS.forEach(([name, , status, broader, columns]) => {
    const term = byName.get(name);
    if (broader) {
      term.broader.push(byName.get(broader));
      byName.get(broader).all_narrower.push(term);
    }
    for (const dataset of datasets.values())
      for (const field of dataset.all_fields)
        if (columns.includes(field.path) && !dataset.shortName.startsWith("stress")) {
          const assignment = {
            term,
            node: field,
            status: status === "APPROVED" ? "ACCEPTED" : "PROPOSED",
            source: "PERSON",
            by: "ana",
            at: hoursAgo(48),
            termIri: term.iri,
          };
          field.terms.push(assignment);
          term.all_assignments.push(assignment);
        }
    term.narrower = ({ first = 100 }) => term.all_narrower.slice(0, first);
    term.assignments = (args) => connection(term.all_assignments, args);
  });
  byName.get("Customer").related.push(byName.get("Order"));
  datasets.get("customers").terms.push({
    term: byName.get("Customer"),
    node: datasets.get("customers"),
    status: "ACCEPTED",
    source: "PERSON",
    by: "ana",
    at: hoursAgo(48),
    termIri: byName.get("Customer").iri,
  });
  return terms;
}
