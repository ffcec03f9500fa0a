/** Producers by a name that fits in a table: what stands in front of the version in their address. */

const PLAIN = new Set(["tree", "blob", "releases", "tag", "main", "master", "client"]);

/** "OpenLineage spark 1.23.0" of an address with such parts; any other text as it is. */
export function shortProducer(address: string): string {
  let parts: string[];
  try {
    const { hostname, pathname } = new URL(address);
    if (!hostname) return address;
    parts = [hostname, ...pathname.split("/").filter(Boolean)];
  } catch {
    return address;
  }
  const version = parts.find((part) => /^v?\d+([.-]\d+)+/.test(part));
  const last = parts.findLast((part) => part !== version && !PLAIN.has(part)) ?? parts[0];
  const owner = parts.length > 2 && parts[1] !== last ? [parts[1]] : [];
  return [...owner, last, ...(version ? [version] : [])].join(" ");
}
