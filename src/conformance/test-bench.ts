import { macroOfContract1, type MacroOfContract1 } from "../macro/contract-1.js";
import { GuardedMacro } from "../macro/guarded.js";
import type { Macro } from "../macro/macro.js";

/** A driver's macro with what a test may do to it. */
export interface TestBench {
  macro: Macro | MacroOfContract1;
  /** Breaks the link under the open macro, as a pulled cable would. */
  loseLink?: () => Promise<void> | void;
}

/** Opens a fresh macro for the test of that title; the suite closes it. */
export type OpenForTest = (title: string) => Promise<Macro | MacroOfContract1 | TestBench>;

/** What a test is given. */
export interface TestCase {
  /** Behind its guard, as a job holds it. */
  macro: GuardedMacro;
  loseLink: TestBench["loseLink"];
  /** Opens another one; the test closes it. */
  reopen: () => Promise<GuardedMacro>;
  /** Ends the test as pending: it could not be tried, and this is why. */
  skip: (reason: string) => never;
}

/** Declares a test of a macro. What the guard notes at its closing is a failure, unless the test has broken the link. */
export type DeclareTest = (title: string, body: (test: TestCase) => Promise<void>) => void;

/** Opens a macro as a job holds it: behind its guard. @param notes gets what the guard would tell the job's log */
export async function openGuarded(
  open: OpenForTest,
  title: string,
  notes: string[],
): Promise<{ macro: GuardedMacro; loseLink: TestBench["loseLink"] }> {
  const opened = await open(title);
  const { macro, loseLink } = "spec" in opened ? { macro: opened, loseLink: undefined } : opened;
  const today = isOfContract1(macro) ? macroOfContract1(macro) : macro;
  return { macro: new GuardedMacro(today, { log: (line) => notes.push(line) }), loseLink };
}

function isOfContract1(macro: Macro | MacroOfContract1): macro is MacroOfContract1 {
  return macro.spec.contract === 1;
}
