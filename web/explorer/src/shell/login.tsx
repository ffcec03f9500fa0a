/** The log-in page: shown when the catalog refuses to answer without a key. The key goes into a cookie no script can read. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState, useSyncExternalStore } from "react";
import { ApiError, UNAUTHORIZED } from "../api/client";
import { queryClient } from "../api/use";
import { BASE } from "./base";
import { Page } from "./page";
import { Failure } from "./parts";

/** Whether the latest answers were refused for want of a key. */
export function useLocked(): boolean {
  return useSyncExternalStore(
    (listener) => queryClient.getQueryCache().subscribe(listener),
    () =>
      queryClient
        .getQueryCache()
        .getAll()
        .some(({ state }) => state.error instanceof ApiError && state.error.code === UNAUTHORIZED),
  );
}

async function logIn(key: string): Promise<void> {
  const response = await fetch(`${BASE}login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
  if (response.ok) return;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; code?: string; remedy?: string };
  throw new ApiError(problem.detail ?? "The key was refused.", problem.code ?? null, problem.remedy ?? null);
}

export function LoginView() {
  const [key, setKey] = useState("");
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await logIn(key.trim());
      await client.resetQueries();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Page title="Log in">
      <form className="login card" onSubmit={submit}>
        <h1>Log in</h1>
        <p className="muted">This catalog asks for an API key with the scope read.</p>
        <label htmlFor="key">API key</label>
        <input
          id="key"
          type="password"
          autoComplete="current-password"
          value={key}
          onChange={(event) => setKey(event.target.value)}
          required
        />
        {error !== null && <Failure error={error} />}
        <button type="submit" className="primary">
          Log in
        </button>
      </form>
    </Page>
  );
}
