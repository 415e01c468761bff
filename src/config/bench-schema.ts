import { nearestName } from "../base/nearest.js";
import { nameText, path, seed } from "../base/schema/fields.js";
import type { JsonFormat } from "../base/schema/json-format.js";
import { withCheck } from "../base/schema/with-check.js";
import { z } from "../base/schema/zod.js";

/** Named selections and data sets as src/data has them; test/unit/config/bench-schema.test.ts holds both together. */
export const imageSelections = ["smoke", "ci", "report", "full"] as const;
export const datasetNames = ["fashion-mnist", "cifar-10"] as const;

const macro = z
  .strictObject({
    driver: path.describe("Who talks to the macro: a shipped driver, an npm package, or a path relative to this file."),
    options: z
      .record(nameText, z.unknown())
      .optional()
      .describe("The driver's own options; the driver checks them before it opens anything."),
    calibration: path.optional().describe("Folder of the chip's calibration, relative to this file."),
  })
  .describe("One macro that this bench can reach: a board, a simulated chip or a recording.");

const macroName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dots, dashes and underscores, a letter or digit first")
  .max(100, "100 characters at most");

const limits = z
  .strictObject({
    min: z.number().optional().describe("Least value that passes."),
    max: z.number().optional().describe("Greatest value that passes."),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "needs min or max or both")
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, "has its min above its max")
  .describe("Inclusive bounds of one measurement, in the measurement's unit.");

const defaults = z
  .strictObject({
    subject: nameText.describe("Macro under test, a name from `macros`."),
    reference: nameText.describe("Macro it is compared with, a name from `macros`."),
    network: path.describe("Folder of the network, relative to this file."),
    dataset: z.enum(datasetNames).default("fashion-mnist").describe("Data set the network is judged on."),
    images: z
      .union([z.enum(imageSelections), z.int().min(1)])
      .default("full")
      .describe("smoke (100), ci (500), report (2000), full, or a number of test images."),
    seed: seed.default(1).describe("Seed of all simulated randomness of a run."),
  })
  .describe("What a run takes where its command line says nothing.");

const bench = z
  .strictObject({
    macros: z.record(macroName, macro).describe("Macros by the name that commands use."),
    store: z
      .strictObject({ folder: path.default("runs").describe("Folder of the run store, relative to this file.") })
      .prefault({})
      .describe("Where runs are kept."),
    data: z
      .strictObject({
        "fashion-mnist": path.optional().describe("Folder with the official Fashion-MNIST files."),
        "cifar-10": path.optional().describe("Folder with the official CIFAR-10 binary files."),
      })
      .optional()
      .describe("Folders of data sets, relative to this file; without an entry a data set is looked for and fetched."),
    defaults,
    limits: z
      .record(nameText, limits)
      .optional()
      .describe("Limits by measurement name, such as accuracy.subject; a run outside them fails."),
  })
  .describe("What one nas4cim bench consists of.");

/** The whole of bench.config.json: facts of one bench, no secrets and no choices of an experiment. */
export const benchSchema = withCheck(bench, ({ macros, defaults: { subject, reference } }, refuse) => {
  const known = Object.keys(macros);
  for (const [role, name] of Object.entries({ subject, reference })) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `its macros: ${known.join(", ") || "none"}` : `did you mean "${nearest}"?`;
    refuse(["defaults", role], `is "${name}", which is no macro of this bench`, hint);
  }
});

/** bench.config.json after its checks, defaults filled in. */
export type BenchConfig = z.output<typeof benchSchema>;

/** bench.config.json as a format of files. */
export const benchFormat: JsonFormat<BenchConfig> = {
  name: "bench.config.json",
  schema: benchSchema,
  codes: {
    unreadable: "NAS_CONFIG_NOT_FOUND",
    notJson: "NAS_CONFIG_NOT_JSON",
    unknownKey: "NAS_CONFIG_UNKNOWN_KEY",
    invalid: "NAS_CONFIG_INVALID",
  },
  hints: {
    unreadable: "give the path of a bench.config.json, or leave it out to use the one that comes with nas4cim",
    invalid: "correct them; docs/formats/bench-config.md describes every key",
  },
};
