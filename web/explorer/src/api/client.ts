/** Requests over HTTP, GraphQL and others, and what can go wrong with them. */

import { BASE } from "../shell/base";

/** A refusal or failure, in the catalog's own words: code, sentence, remedy. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string | null = null,
    readonly remedy: string | null = null,
    /** Whole names of what an ambiguous one may mean. */
    readonly candidates: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Codes of failures that are over after a while; any other refusal will be the same the second time. */
const PASSING: ReadonlySet<string> = new Set([
  "database_unavailable",
  "database_unreachable",
  "failed_before",
  "internal_error",
  "moments_busy",
  "overloaded",
  "statement_timeout",
  "stopping",
]);

/** Whether asking again can help. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.code === null || PASSING.has(error.code);

interface Reply<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { code?: string; remedy?: string; candidates?: string[] } }[];
  /** Of a problem document, which answers where GraphQL was not reached. */
  code?: string;
  detail?: string;
  remedy?: string;
}

/** The code of refusals that a login would change. */
export const UNAUTHORIZED = "unauthorized";

/** A document with the types of its variables and its answer; the string is what travels. */
export interface Operation<Answer, Variables> {
  readonly text: string;
  readonly answer?: Answer;
  readonly variables?: Variables;
}

export const operation = <Answer, Variables = Record<string, never>>(text: string): Operation<Answer, Variables> => ({
  text,
});

/** Sends an operation. Errors reject even beside partial data: half an answer must not look like a whole one. */
export async function ask<Answer, Variables>(
  { text }: Operation<Answer, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await post("graphql", JSON.stringify({ query: text, variables }), signal);
  const reply = await readReply<Reply<Answer>>(response);
  const error = reply.errors?.[0];
  if (error) {
    const { code = null, remedy = null, candidates = [] } = error.extensions ?? {};
    throw new ApiError(error.message, code, remedy, candidates);
  }
  refuse(response, reply);
  if (!reply.data) throw new ApiError("The catalog sent an answer without data.");
  return reply.data;
}

/** Sends events as they stand to a path of the API that answers with a document. */
export async function sendEvents<Answer>(path: string, events: string): Promise<Answer> {
  const response = await post(path, events);
  const reply = await readReply<Answer & Reply<never>>(response);
  refuse(response, reply);
  return reply;
}

async function post(path: string, body: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(`${BASE}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
      signal,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError("The catalog does not answer.", null, "Is the service running? Try again in a moment.");
  }
}

function refuse(response: Response, reply: Reply<unknown>): void {
  if (response.status === 401) throw new ApiError(reply.detail ?? "Log in first.", UNAUTHORIZED, reply.remedy ?? null);
  if (!response.ok && reply.detail) throw new ApiError(reply.detail, reply.code ?? null, reply.remedy ?? null);
}

async function readReply<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError(
      `What came is no answer of the catalog (status ${response.status}).`,
      null,
      "Does something else answer at its address, a proxy or a login page?",
    );
  }
}
