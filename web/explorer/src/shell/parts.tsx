/** Small parts that every page uses. */

import type { ReactNode } from "react";
import { ApiError, mayPass } from "../api/client";
import type { Limit } from "../api/operations/shared";
import { kindFamily } from "../graph/palette";
import { useNow } from "./clock";
import { ago, DUE, moment, plain, until } from "./wording";

export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span className="muted">never</span>;
  return (
    <time dateTime={at} title={moment(at)}>
      {ago(at, now)}
    </time>
  );
}

/** A time that is to come; once it is there, that it is, and no time that is over. */
export function Due({ at }: { at: string }) {
  const now = useNow();
  if (Date.parse(at) <= now) return DUE;
  return (
    <time dateTime={at} title={moment(at)}>
      {until(at, now)}
    </time>
  );
}

export function Kind({ kind }: { kind: string }) {
  return <span className={`kind ${kindFamily(kind)}`}>{plain(kind)}</span>;
}

export type Tone = "good" | "warn" | "bad" | "accent" | "none";

const STATE_TONE: Readonly<Record<string, Tone>> = {
  COMPLETE: "good",
  COMPLETED: "good",
  APPROVED: "good",
  ACCEPTED: "good",
  PASSED: "good",
  PROCESSED: "good",
  NEW: "accent",
  YES: "good",
  FAIL: "bad",
  FAILED: "bad",
  NO: "bad",
  ABORT: "bad",
  ABORTED: "bad",
  LOST: "bad",
  RUNNING: "accent",
  START: "accent",
  PROPOSED: "warn",
  DRAFT: "warn",
  DEPRECATED: "warn",
  REJECTED: "bad",
  PARKED: "warn",
  IN_REVIEW: "warn",
  UNKNOWN: "warn",
  BREAKS: "bad",
  MAY_CHANGE: "warn",
  DONE: "good",
  PARTLY: "warn",
  TIMED_OUT: "bad",
  INTERRUPTED: "bad",
};

/** Run states are written as what happened. */
const WORDS: Readonly<Record<string, string>> = { FAIL: "failed", ABORT: "aborted" };

export const toneOf = (state: string): Tone => STATE_TONE[state.toUpperCase()] ?? "none";
export const sayState = (state: string): string => WORDS[state.toUpperCase()] ?? plain(state);

/** A state as a word on a quiet ground; the word says it, the ground helps to find it. */
export function State({ state }: { state: string }) {
  return <span className={`tag ${toneOf(state)}`}>{sayState(state)}</span>;
}

export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <div role="status" aria-label="loading">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars without identity
        <span key={i} className="skeleton" />
      ))}
    </div>
  );
}

export function Notice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="notice">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Where an answer stopped, and what to ask instead. */
export function Limits({ cut }: { cut: readonly Limit[] }) {
  return cut.map(({ reason, sentence, remedy }) => (
    <Notice key={reason} title={sentence}>
      {remedy}
    </Notice>
  ));
}

interface FailureProps {
  error: unknown;
  retry?: () => void;
  children?: ReactNode;
}

/** What went wrong, what to do, and a way to try again where that can help. */
export function Failure({ error, retry, children }: FailureProps) {
  const known = error instanceof ApiError ? error : null;
  return (
    <div className="failure" role="alert">
      <div className="row between">
        <strong>{error instanceof Error ? error.message : "Something went wrong."}</strong>
        {retry && mayPass(error) && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
      </div>
      {known?.remedy && <p className="small">{known.remedy}</p>}
      {children}
      {known?.code && <p className="small muted mono">{known.code}</p>}
    </div>
  );
}

/** `text` with every occurrence of the words of `query` marked. */
export function Marked({ text, query }: { text: string; query: string }) {
  const words = query.split(/\s+/).filter((word) => word.length > 1);
  if (words.length === 0) return <>{text}</>;
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return (
    <>
      {text.split(pattern).map((part, i) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one string
        i % 2 === 1 ? <mark key={i}>{part}</mark> : part,
      )}
    </>
  );
}

/** `text` with ranges of characters marked, as the search gives them: [start, end), counted in code points. */
export function Ranges({ text, ranges }: { text: string; ranges: readonly (readonly [number, number])[] }) {
  const letters = Array.from(text);
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    pieces.push(letters.slice(at, start).join(""), <mark key={start}>{letters.slice(start, end).join("")}</mark>);
    at = end;
  }
  return (
    <>
      {pieces}
      {letters.slice(at).join("")}
    </>
  );
}
