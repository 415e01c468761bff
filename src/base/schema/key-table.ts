import { expectationOf } from "./expectation.js";
import { branchesOf, type JsonSchema } from "./json-schema.js";

/** Every key of a format as a Markdown table: where it stands, what it may be, what it means. */
export function keyTable(schema: JsonSchema): string {
  const rows = [...rowsOf(schema, "")].map(
    ({ key, value, meaning }) => `| \`${key}\` | ${cell(value)} | ${cell(meaning)} |`,
  );
  return ["| key | value | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

interface Row {
  key: string;
  value: string;
  meaning: string;
}

function* rowsOf(schema: JsonSchema, path: string): Generator<Row> {
  for (const branch of branchesOf(schema)) {
    const inside = `${path}${kindOf(branch, path)}`;
    for (const [key, member] of Object.entries(branch.properties ?? {})) {
      const place = inside === "" ? key : `${inside}.${key}`;
      const isNeeded = branch.required?.includes(key) === true;
      yield { key: place, value: valueInWords(member, isNeeded), meaning: member.description ?? "" };
      yield* rowsOf(member, place);
    }
    if (typeof branch.items === "object") yield* rowsOf(branch.items, `${inside}[]`);
    if (typeof branch.additionalProperties === "object")
      yield* memberRows(branch.additionalProperties, inside === "" ? "<name>" : `${inside}.<name>`);
  }
}

/** Members under names that a person chooses: a row only where there is something to say. */
function* memberRows(schema: JsonSchema, path: string): Generator<Row> {
  if (schema.description !== undefined) yield { key: path, value: expectationOf(schema), meaning: schema.description };
  yield* rowsOf(schema, path);
}

/** "(conv)" for one of several kinds of object, which a constant tells apart. */
function kindOf({ properties = {} }: JsonSchema, path: string): string {
  if (!path.endsWith("[]")) return "";
  const constant = Object.values(properties).find((member) => "const" in member);
  return constant === undefined ? "" : `(${String(constant.const)})`;
}

function valueInWords(schema: JsonSchema, isNeeded: boolean): string {
  const words = expectationOf(schema);
  if (schema.default !== undefined && typeof schema.default !== "object")
    return `${words}; ${JSON.stringify(schema.default)} where left out`;
  return isNeeded ? words : `${words}; may be left out`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "\\<");
}
