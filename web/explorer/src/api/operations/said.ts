/** What people and producers say of nodes: descriptions, owners, tags, terms. */

export interface Said {
  text: string;
  source: string;
  by: string | null;
  at: string;
  effective: boolean;
}
export interface OwnerLine {
  name: string;
  role: string | null;
  source: string;
}
export interface TagLine {
  name: string;
  value: string | null;
  /** Where its producer has it from: DBT, SPARK, CONFIG …; null where nobody says. */
  origin: string | null;
  by: string | null;
}
export interface AssignmentLine {
  /** Null where only the IRI is known. */
  term: { id: string; label: string; definition: string | null } | null;
  termIri: string;
  status: string;
  source: string;
}
export interface Spoken {
  description: string | null;
  descriptions: Said[];
  owners: OwnerLine[];
  tags: TagLine[];
  terms: AssignmentLine[];
}

export const ASSIGNMENT = "term { id label definition } termIri status source";
export const TAGS = "tags { name value origin by }";
export const SPOKEN = `description
    descriptions { text source by at effective }
    owners { name role source }
    ${TAGS}
    terms { ${ASSIGNMENT} }`;
