import { NasError } from "../base/errors.js";
import type { NetworkDescription } from "./network.js";

/** Makes sure that a network tells apart as many classes as `dataset` has. @throws NAS_NETWORK_MISMATCH */
export function assertTellsApart(
  { name, nodes }: Pick<NetworkDescription, "name" | "nodes">,
  wanted: number,
  dataset: string,
): void {
  const last = nodes[nodes.length - 1];
  const classes = last.op === "fc" ? last.outFeatures : 0;
  if (classes === wanted) return;
  throw new NasError(
    "NAS_NETWORK_MISMATCH",
    `network "${name}" tells ${classes} classes apart, ${dataset} has ${wanted}`,
    {
      hint: "choose the data set that the network was trained on",
      context: { network: name, classes, dataset },
    },
  );
}
