// The formats of files that this package reads, each with its JSON Schema and the page that tells of it.
import { benchFormat } from "../dist/src/config/bench-schema.js";

export const schemas = [{ file: "bench.schema.json", format: benchFormat, page: "docs/formats/bench-config.md" }];
