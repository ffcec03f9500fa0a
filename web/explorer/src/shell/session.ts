/** Who the catalog takes the reader for, and how to stop being that. */

import { useQuery } from "@tanstack/react-query";
import { BASE } from "./base";
import { useLocked } from "./login";

interface Session {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whether the explorer's cookie holds a key. */
  readonly cookie: boolean;
}

/** Null while it is not known, and for nobody. */
export function useSession(): Session | null {
  const locked = useLocked();
  const { data } = useQuery({ queryKey: ["session"], queryFn: readSession, enabled: !locked, staleTime: 60_000 });
  return locked ? null : (data ?? null);
}

/** Whether the reader may change anything; while nobody knows, a refusal will tell. */
export function useMayEdit(): boolean {
  const session = useSession();
  return session === null || session.scopes.includes("edit") || session.scopes.includes("admin");
}

async function readSession({ signal }: { signal: AbortSignal }): Promise<Session | null> {
  const response = await fetch(`${BASE}api/v1/session`, { headers: { accept: "application/json" }, signal });
  return response.ok ? ((await response.json()) as Session) : null;
}

/** Forgets the cookie; the next question is asked by nobody. */
export async function logOut(): Promise<void> {
  await fetch(`${BASE}logout`, { method: "POST" });
}
