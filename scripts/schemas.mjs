// The formats of files that this package reads, each with its JSON Schema and the page that tells of it.
import { replayOptions } from "../dist/drivers/replay/options.js";
import { simulatorOptions } from "../dist/drivers/simulator/options.js";
import { benchFormat } from "../dist/src/config/bench-schema.js";
import { componentsFormat } from "../dist/src/cost/components-schema.js";
import { hardwareFormat } from "../dist/src/cost/presets.js";
import { chipLossesFormat } from "../dist/src/search/significance/chip-losses.js";
import { spaceFormat } from "../dist/src/search/space/space-schema.js";
import { chipFormat } from "../dist/src/device/chip-schema.js";
import { driverOptionsFormat } from "../dist/src/macro/driver-options.js";
import { networkFormat } from "../dist/src/network/network-schema.js";
import { graphFormat } from "../dist/src/network/read-graph.js";
import { recipeFormat } from "../dist/src/train/recipe/recipe-schema.js";

export const schemas = [
  { file: "bench.schema.json", format: benchFormat, page: "docs/formats/bench-config.md" },
  { file: "schemas/network.schema.json", format: networkFormat, page: "docs/formats/network.md" },
  { file: "schemas/recipe.schema.json", format: recipeFormat, page: "docs/formats/recipe.md" },
  { file: "schemas/chip.schema.json", format: chipFormat, page: "docs/formats/chip.md" },
  { file: "schemas/graph.schema.json", format: graphFormat, page: "docs/formats/graph.md" },
  { file: "schemas/hardware.schema.json", format: hardwareFormat, page: "docs/formats/hardware.md" },
  { file: "schemas/components.schema.json", format: componentsFormat, page: "docs/formats/components.md" },
  { file: "schemas/search-space.schema.json", format: spaceFormat, page: "docs/formats/search-space.md" },
  { file: "schemas/chip-losses.schema.json", format: chipLossesFormat, page: "docs/formats/chip-losses.md" },
  ...Object.entries({ simulator: simulatorOptions, replay: replayOptions }).map(([driver, options]) => ({
    file: `schemas/driver-${driver}.schema.json`,
    format: driverOptionsFormat(driver, options),
    page: `docs/formats/driver-${driver}.md`,
  })),
];
