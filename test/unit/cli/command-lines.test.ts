import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { makeProgram } from "../../../src/cli/main.js";

/** Every page for people, by its path. */
function pages(): string[] {
  const docs = readdirSync(join(packageRoot(), "docs"), { recursive: true, encoding: "utf8" });
  return ["README.md", "CONTRIBUTING.md", ...docs.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
}

/** The lines of a page's blocks of code that begin with our command: a continued one as a whole, comments taken off. */
function commandLines(page: string): string[] {
  const text = readFileSync(join(packageRoot(), page), "utf8");
  return [...text.matchAll(/^```(?:sh|bash|console|text)?\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
    block
      .replace(/\\\n\s*/g, " ")
      .split("\n")
      .map((line) => line.replace(/^\$ /, "").replace(/\s+#.*$/, ""))
      // One line may hold several commands, and a pipe's later ones are not ours.
      .flatMap((line) => line.split(/ (?:&&?|;|\|\|?) /))
      .filter((line) => /^(npx )?nas4cim /.test(line)),
  );
}

/** Words as a shell divides them; quotes taken off. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:<[^>]*>)|"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "placeholder",
  );
}

describe("the command lines of the pages", () => {
  const lines = pages().flatMap((page) => commandLines(page).map((line) => ({ page, line })));

  it("are many", () => {
    expect(lines.length).to.be.above(15);
  });

  for (const { page, line } of lines) {
    it(`${page}: ${line}`, async () => {
      const program = makeProgram();
      let taken = 0;
      for (const command of program.commands.flatMap((each) => [each, ...each.commands]))
        if (command.commands.length === 0) command.action(() => void taken++);
      const parameters = words(line.replace(/^npx /, "")).slice(1);
      const end = parameters.findIndex((word) => /^>/.test(word));
      await program.parseAsync(end < 0 ? parameters : parameters.slice(0, end), { from: "user" });
      expect(taken).to.equal(1);
    });
  }
});
