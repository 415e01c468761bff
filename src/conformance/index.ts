/** Public entry "nas4cim/conformance": the suite that every macro driver passes, for mocha and chai. */
export { describeMacro, type OpenForTest } from "./describe-macro.js";
