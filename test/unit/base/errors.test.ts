import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ErrorCode,
  errorCodes,
  isNasError,
  messageOf,
  NasError,
  throwIfAborted,
} from "../../../src/base/errors.js";
import { packageRoot } from "../../../src/base/paths.js";
import { exitCodes } from "../../../src/cli/exit-codes.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const page = readFileSync(join(packageRoot(), "docs/errors.md"), "utf8");

/** The cells of every table row that begins so. */
function rows(first: RegExp): string[][] {
  return page
    .split("\n")
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((cells) => cells.length > 2 && first.test(cells[1]))
    .map((cells) => cells.slice(1, -1));
}

describe("docs/errors.md", () => {
  const codes = rows(/^`NAS_/);

  it("lists every code of the table, and no other", () => {
    expect(codes.map(([code]) => code.replaceAll("`", ""))).to.have.members(Object.keys(errorCodes));
  });

  it("tells the exit code, when, an example and the cure of each", () => {
    for (const [code, exit, when, example, cure, ...more] of codes) {
      expect(Number(exit), code).to.equal(errorCodes[code.replaceAll("`", "") as ErrorCode]);
      for (const text of [when, example, cure]) expect(text.length, code).to.be.greaterThan(5);
      expect(more, `${code} has too many cells: escape | as \\|`).to.have.length(0);
    }
  });

  it("lists the exit codes that the command has", () => {
    const listed = rows(/^\d+$/).map(([code, meaning]) => [Number(code), meaning]);
    expect(listed).to.have.deep.members(Object.entries(exitCodes).map(([code, meaning]) => [Number(code), meaning]));
  });
});

describe("the exit codes", () => {
  it("have a meaning for every error code", () => {
    for (const [code, exit] of Object.entries(errorCodes)) expect(exitCodes, code).to.have.property(String(exit));
  });
});

describe("NasError", () => {
  it("carries code, hint, context, cause and exit code", () => {
    const cause = new Error("underneath");
    const error = new NasError("NAS_DATA_HASH", "wrong", { hint: "fetch again", context: { file: "a" }, cause });
    expect(error).to.include({ code: "NAS_DATA_HASH", message: "wrong", hint: "fetch again", exitCode: 3 });
    expect(error.context).to.deep.equal({ file: "a" });
    expect(error.cause).to.equal(cause);
    expect(new NasError("NAS_DATA_HASH", "wrong", { hint: "x" })).to.not.have.property("cause");
  });

  it("is known by its code, also from another copy of the package", () => {
    const own = new NasError("NAS_DATA_HASH", "wrong", { hint: "x" });
    const foreign = Object.assign(new Error("wrong"), { name: "NasError", code: "NAS_DATA_HASH" });
    for (const error of [own, foreign]) {
      expect(isNasError(error)).to.equal(true);
      expect(isNasError(error, "NAS_DATA_HASH")).to.equal(true);
      expect(isNasError(error, "NAS_DATA_UNKNOWN")).to.equal(false);
    }
    for (const other of [new Error("x"), Object.assign(new Error("x"), { code: "ENOENT" }), "NasError", undefined]) {
      expect(isNasError(other)).to.equal(false);
    }
  });
});

describe("messageOf", () => {
  it("gives the message of an error and the text of anything else", () => {
    expect(messageOf(new Error("a"))).to.equal("a");
    expect(messageOf("b")).to.equal("b");
    expect(messageOf(undefined)).to.equal("undefined");
  });
});

describe("throwIfAborted", () => {
  it("throws once the signal has fired", () => {
    const controller = new AbortController();
    throwIfAborted(undefined);
    throwIfAborted(controller.signal);
    controller.abort();
    expectNasError("NAS_INTERRUPTED", () => throwIfAborted(controller.signal));
  });
});
