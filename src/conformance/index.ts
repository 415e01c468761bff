/** Public entry "nas4cim/conformance": the suite that every macro driver passes, for mocha and chai. */
export { describeLink, type OpenLineForTest } from "./describe-link.js";
export { describeMacro } from "./describe-macro.js";
export type { OpenForTest, TestBench } from "./test-bench.js";
