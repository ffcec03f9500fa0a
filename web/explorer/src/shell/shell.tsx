/** The frame of every page: bar, navigation, search box, theme. */

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import { REASONS } from "../api/operations/entries";
import { useOperation } from "../api/use";
import { BASE } from "./base";
import { searchPage } from "./links";
import { useLocked } from "./login";
import { logOut, useSession } from "./session";
import { toggleTheme, useTheme } from "./theme";
import { count } from "./wording";

const PAGES = [
  ["/search", "Search"],
  ["/lineage", "Lineage"],
  ["/glossary", "Glossary"],
  ["/governance", "Governance"],
  ["/crawls", "Crawls"],
  ["/conformance", "Conformance"],
  ["/entries", "Entries"],
] as const;

export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return (
    <div className="shell">
      <header className="bar">
        <Link href="/" className="brand">
          <Mark />
          Headwater
        </Link>
        <nav aria-label="Pages">
          {PAGES.map(([href, name]) => (
            <Link key={href} href={href} aria-current={path === href ? "page" : undefined}>
              {name}
              {href === "/entries" && <NotTakenUp />}
            </Link>
          ))}
        </nav>
        {path === "/" || path === "/search" ? <span className="spring" /> : <QuickSearch />}
        <a href={`${BASE}graphiql`} className="button quiet" title="Ask the catalog in GraphQL">
          GraphQL
        </a>
        <LogOut />
        <ThemeButton />
      </header>
      {children}
    </div>
  );
}

/** How many entries were rejected or parked; nothing where none was. */
function NotTakenUp() {
  const locked = useLocked();
  const { data } = useOperation(REASONS, {}, { enabled: !locked, every: 30_000 });
  const sum = data?.entryReasons.reduce((all, reason) => all + reason.count, 0) ?? 0;
  if (sum === 0) return null;
  return (
    <span className="badge" title={`${count(sum)} not taken up`}>
      {sum > 999 ? "999+" : sum}
      <span className="unseen"> not taken up</span>
    </span>
  );
}

function QuickSearch() {
  const [path, go] = useLocation();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // On the lineage page "/" finds in the graph; elsewhere it finds in the catalog.
    if (path === "/lineage") return;
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      box.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [path]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(searchPage(box.current?.value.trim() ?? ""));
  };
  return (
    <search>
      <form onSubmit={submit}>
        <input ref={box} type="search" placeholder="Search the catalog" aria-label="Search the catalog" />
      </form>
    </search>
  );
}

/** Where the explorer's cookie holds a key: a way to be rid of it. */
function LogOut() {
  const session = useSession();
  const client = useQueryClient();
  if (!session?.cookie) return null;
  const leave = async () => {
    await logOut();
    await client.resetQueries();
  };
  return (
    <button type="button" className="quiet" onClick={leave} title={`Logged in with the key ${session.name}`}>
      Log out
    </button>
  );
}

function ThemeButton() {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="quiet"
      onClick={toggleTheme}
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
      </svg>
    </button>
  );
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M7 10c5 0 5 6 9 6s4-6 9-6M7 22c5 0 5-6 9-6s4 6 9 6"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
