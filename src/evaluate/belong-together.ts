import { datasetFacts, datasets } from "../data/dataset-facts.js";
import { assertFits } from "../data/to-network-input.js";
import { assertTellsApart } from "../network/classes.js";
import type { NetworkDescription } from "../network/network.js";

/**
 * Makes sure that a network takes the images of a data set and tells its classes apart, by what is known of the set before
 * any of it is there.
 * @throws NAS_NETWORK_MISMATCH
 */
export function assertBelongTogether(network: NetworkDescription, dataset: string): void {
  // Of a folder of pictures nothing is known before it is read; its pictures are brought to the network's size.
  if (!Object.hasOwn(datasets, dataset)) return;
  const { name, height, width, channels, classNames } = datasetFacts(dataset);
  assertFits({ dataset: name, height, width, channels }, network.input);
  assertTellsApart(network, classNames.length, name);
}
