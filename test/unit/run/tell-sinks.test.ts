import { expect } from "chai";
import type { FinishedRun, RunSink } from "../../../src/record/sink.js";
import { tellSinks } from "../../../src/run/tell-sinks.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("tellSinks", () => {
  const run: FinishedRun = { document: sampleRunDocument({ images: 100 }), measurements: [] };

  it("tells every sink, in order, and remarks on the one that fails", async () => {
    const told: string[] = [];
    const remarks: string[] = [];
    const sink = (name: string, failure?: Error): RunSink => ({
      name,
      finished: async ({ document }) => {
        told.push(`${name} ${document.run.id}`);
        if (failure) throw failure;
      },
    });
    const sinks = [sink("one"), sink("two", new Error("connection refused")), sink("three")];
    await tellSinks(sinks, run, { log: (text) => remarks.push(text) });
    const { id } = run.document.run;
    expect(told).to.deep.equal([`one ${id}`, `two ${id}`, `three ${id}`]);
    expect(remarks).to.deep.equal([`note: two was not told of run ${id}: connection refused`]);
  });
});
