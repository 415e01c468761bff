/** One thing that nas4cim may need from this machine. */
export interface Check {
  /** Short and stable, for scripts: "node", "kernel", "dataset". */
  id: string;
  /** In a person's words. */
  title: string;
  /** "missing" also where it is there but does not work. */
  state: "ok" | "missing";
  /** Whether `nas4cim run` cannot do without it. */
  needed: boolean;
  /** What was found, or what went wrong. */
  found: string;
  /** Set where it is missing: what does not work without it. */
  prevents?: string;
  /** Set where it is missing: how to get it. */
  cure?: string;
}

/** The same for all outcomes of a check. */
export type CheckSubject = Pick<Check, "id" | "title" | "needed">;

/** A check that found what it looked for. */
export function present(subject: CheckSubject, found: string): Check {
  return { ...subject, state: "ok", found };
}

/** A check that did not, with what that prevents and its cure. */
export function missing(subject: CheckSubject, found: string, prevents: string, cure: string): Check {
  return { ...subject, state: "missing", found, prevents, cure };
}
