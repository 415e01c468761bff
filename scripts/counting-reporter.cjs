// Mocha's spec reporter, which besides writes how many tests passed, failed and were pending to NAS4CIM_TEST_COUNTS.
const { writeFileSync } = require("node:fs");
const process = require("node:process");
const { reporters, Runner } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(process.env.NAS4CIM_TEST_COUNTS, JSON.stringify(counts));
    });
  }
};
