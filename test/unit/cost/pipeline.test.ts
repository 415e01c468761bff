import { expect } from "chai";
import fc from "fast-check";
import type { CostLayer } from "../../../src/cost/cost-layer.js";
import { pipeline, PipelineMemory } from "../../../src/cost/pipeline.js";
import { pipelineReference } from "../../../src/cost/pipeline-reference.js";
import type { PixelKinds } from "../../../src/cost/pixel-times.js";

/** A random layer: its operator, window and where among the earlier layers its inputs are. */
const randomLayer = fc.record({
  op: fc.constantFrom("conv" as const, "conv" as const, "pool" as const, "add" as const, "fc" as const),
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 3 }),
  sources: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
  steps: fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: 0, max: 100, noNaN: true }))),
});

const randomNetwork = fc.record({
  height: fc.integer({ min: 1, max: 14 }),
  width: fc.integer({ min: 1, max: 14 }),
  layers: fc.array(randomLayer, { minLength: 1, maxLength: 12 }),
  rules: fc.record({ windowsOverlap: fc.boolean(), resampleShortcuts: fc.boolean() }),
});

type RandomNetwork = typeof randomNetwork extends fc.Arbitrary<infer T> ? T : never;

/** A network with shapes that follow from the draw; a window that does not fit shrinks to what does. */
function buildNetwork({ height, width, layers }: RandomNetwork): CostLayer[] {
  const built: CostLayer[] = [];
  for (const { op, kernel: drawn, stride, padding: drawnPadding, sources } of layers) {
    const inputs = (op === "add" ? sources : sources.slice(0, 1)).map((source) => (source % (built.length + 1)) - 1);
    const from = inputs[0] < 0 ? undefined : built[inputs[0]];
    const [inHeight, inWidth] = [from?.outHeight ?? height, from?.outWidth ?? width];
    const isWindow = op === "conv" || op === "pool";
    const kernel = isWindow ? Math.min(drawn, inHeight, inWidth) : 1;
    const padding = isWindow ? Math.min(drawnPadding, kernel - 1) : 0;
    const side = (length: number): number =>
      op === "fc" ? 1 : isWindow ? Math.floor((length + 2 * padding - kernel) / stride) + 1 : length;
    built.push({
      id: String(built.length),
      op,
      inputs,
      inHeight,
      inWidth,
      inChannels: 1,
      outHeight: side(inHeight),
      outWidth: side(inWidth),
      outChannels: 1,
      kernel,
      stride: isWindow ? stride : 1,
      padding,
      inputBits: 9,
      weightBits: 9,
      outputBits: 9,
    });
  }
  return built;
}

describe("the timing of a pipeline", () => {
  it("agrees with the pixel-by-pixel specification", () => {
    const memory = new PipelineMemory();
    fc.assert(
      fc.property(randomNetwork, (drawn) => {
        const layers = buildNetwork(drawn);
        const steps = drawn.layers.map((layer) => layer.steps as unknown as PixelKinds<number>);
        const fast = pipeline(layers, steps, drawn.rules, memory);
        const plain = pipelineReference(layers, steps, drawn.rules);
        fast.forEach(({ beginNs, finishNs }, place) => {
          expect(beginNs).to.be.closeTo(plain[place].beginNs, 1e-11 * plain[place].beginNs);
          expect(finishNs).to.be.closeTo(plain[place].finishNs, 1e-11 * plain[place].finishNs);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("takes more memory where a network is larger than what it has", () => {
    const drawn: RandomNetwork = {
      height: 300,
      width: 300,
      layers: [{ op: "conv", kernel: 1, stride: 1, padding: 0, sources: [0, 0, 0], steps: [1, 1, 1, 1] }],
      rules: { windowsOverlap: true, resampleShortcuts: true },
    };
    const [span] = pipeline(buildNetwork(drawn), [[1, 1, 1, 1]], drawn.rules, new PipelineMemory());
    expect(span).to.deep.equal({ beginNs: 0, finishNs: 90_000 });
  });
});
