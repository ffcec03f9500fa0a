/** The canvas's colours and fonts, read from the same tokens that the page uses. */

export interface Palette {
  readonly canvas: string;
  readonly surface: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly edge: string;
  readonly bad: string;
  readonly good: string;
  readonly sans: string;
  readonly mono: string;
  readonly kinds: Readonly<Record<string, string>>;
}

/** Kinds with a colour of their own; the legend lists them in this order. Others share `other`. */
export const KINDS = ["table", "view", "file", "stream", "model", "dashboard", "job", "other"] as const;

const ALIKE: Readonly<Record<string, (typeof KINDS)[number]>> = {
  topic: "stream",
  report: "dashboard",
  feature_table: "model",
  materialized_view: "view",
  fileset: "file",
  directory: "file",
};

const families = new Map<string, (typeof KINDS)[number]>();

/** The family of a kind, remembered, because every card asks in every frame. */
export function kindFamily(kind: string): (typeof KINDS)[number] {
  let family = families.get(kind);
  if (!family) {
    const name = kind.toLowerCase();
    family = KINDS.find((one) => one === name) ?? ALIKE[name] ?? "other";
    families.set(kind, family);
  }
  return family;
}

export function readPalette(token: (name: string) => string): Palette {
  return {
    canvas: token("--canvas"),
    surface: token("--surface"),
    border: token("--card-border"),
    text: token("--text"),
    muted: token("--muted"),
    accent: token("--accent"),
    accentSoft: token("--accent-soft"),
    edge: token("--edge"),
    bad: token("--bad"),
    good: token("--good"),
    sans: token("--sans"),
    mono: token("--mono"),
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, token(`--kind-${kind}`)])),
  };
}

/** The palette of the theme the page shows now. */
export function pagePalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return readPalette((name) => style.getPropertyValue(name).trim());
}
