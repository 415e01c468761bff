import { nameText, positive, whole } from "../base/schema/fields.js";
import { z } from "../base/schema/zod.js";

/*
 * What a layer may be, for graphs, networks and recipes alike: larger than any network of the field, and small enough that no
 * product of a few of them leaves the integers that a double holds exactly.
 */

export const mapSide = whole(1, 4096);
export const channels = whole(1, 65_536);
export const features = whole(1, 1_000_000);

/** Of a convolution; pooling may go over a whole map. */
export const kernel = whole(1, 31).describe("Side of the square kernel.");
export const stride = whole(1, 16);
export const padding = whole(0, 15).describe("Zeros added at each side.");

/** Signed weights; one bit would be the sign alone. */
export const weightBits = whole(2, 8).describe("Of the signed weights: b bits give −(2^(b−1)−1) … 2^(b−1)−1.");
export const activationBits = whole(1, 8);

export const nodeId = nameText.describe("By which later nodes name it.");
export const source = nameText.describe('An earlier node\'s id, or "input" for the image.');
export const oneSource = z.tuple([source]);

export const batchNormEpsilon = positive.max(1).describe("Added to the batch variance before the square root.");

/** Nodes of a graph; ResNet-1001 has some 2,000. */
export const nodeList = <T extends z.ZodType>(node: T) => z.array(node).min(1).max(10_000);
