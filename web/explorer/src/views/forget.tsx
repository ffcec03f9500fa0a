/** A button that takes away what is kept of rejected entries: of one, or of all (of a reason). */

import { useMutation } from "@tanstack/react-query";
import { ask } from "../api/client";
import { FORGET, type Forgotten } from "../api/operations/entries";
import { queryClient } from "../api/use";
import { useMayEdit } from "../shell/session";

interface ForgetProps {
  wanted: Forgotten;
  /** What it does, where the words on it need those around it. */
  label?: string;
  /** Asked before anything is done, where it is more than one entry. */
  question?: string;
  children: string;
}

export function ForgetButton({ wanted, label, question, children }: ForgetProps) {
  const may = useMayEdit();
  const forget = useMutation({
    mutationFn: (which: Forgotten) => ask(FORGET, which),
    onSettled: () => queryClient.invalidateQueries(),
  });
  const explained = "Takes away what is kept of it here; it was never taken in, so nothing else changes.";
  return (
    <button
      type="button"
      className="quiet action"
      disabled={forget.isPending || !may}
      title={forget.error?.message ?? (may ? explained : "This needs a key with the scope edit.")}
      aria-label={label}
      onClick={() => (!question || window.confirm(question)) && forget.mutate(wanted)}
    >
      {forget.error ? `${children}: failed` : children}
    </button>
  );
}
