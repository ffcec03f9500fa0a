/** Events that are pasted, chosen or dropped, and the reports on them. Nothing of them is stored. */

import { type DragEvent, type FormEvent, useRef, useState } from "react";
import { checkEvents, type Report } from "../../api/operations/conformance";
import { Failure, Loading } from "../../shell/parts";
import { ReportView } from "./report";

interface Checked {
  name: string;
  report?: Report;
  error?: unknown;
}

const MOST_FILES = 20;

export function Check() {
  const [text, setText] = useState("");
  const [checked, setChecked] = useState<readonly Checked[]>([]);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);

  const check = async (sources: readonly { name: string; read: () => Promise<string> }[]) => {
    setBusy(true);
    const found: Checked[] = [];
    for (const { name, read } of sources.slice(0, MOST_FILES)) {
      try {
        found.push({ name, report: await checkEvents(await read()) });
      } catch (error) {
        found.push({ name, error });
      }
      setChecked([...found]);
    }
    setBusy(false);
  };
  const files = (list: FileList | null) =>
    check(Array.from(list ?? []).map((file) => ({ name: file.name, read: () => file.text() })));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void check([{ name: "", read: async () => text }]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void files(event.dataTransfer.files);
  };
  return (
    <section className="card" aria-labelledby="check">
      <header>
        <h2 id="check">Check events</h2>
        <span className="muted small">nothing is stored</span>
      </header>
      <div className="inside">
        <form
          className={over ? "events over" : "events"}
          onSubmit={submit}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <label htmlFor="events" className="muted">
            Paste one event, an array, or one a line; or drop files here.
          </label>
          <textarea
            id="events"
            rows={6}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="row">
            <button type="submit" className="primary" disabled={busy || text.trim() === ""}>
              Check
            </button>
            <button type="button" disabled={busy} onClick={() => picker.current?.click()}>
              Choose files…
            </button>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              accept=".json,.jsonl,.ndjson"
              aria-label="Files of events"
              onChange={(event) => {
                void files(event.target.files);
                event.target.value = "";
              }}
            />
          </div>
        </form>
        <div aria-live="polite">
          {checked.map(({ name, report, error }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name
            <div key={i} className="checked">
              {name && <h3 className="mono">{name}</h3>}
              {error !== undefined && <Failure error={error} />}
              {report && <ReportView report={report} />}
            </div>
          ))}
          {busy && <Loading lines={2} />}
        </div>
      </div>
    </section>
  );
}
