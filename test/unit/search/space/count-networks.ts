import type { SearchSpace } from "../../../../src/search/space/space.js";

interface State {
  channels: number;
  size: number;
  parameters: number;
  macs: number;
}

/**
 * Genotypes of a space with these counts: every one is walked, layer by layer, in plain arithmetic of its own. Handles
 * what the FashionMNIST space and reading A of CIFAR-10 have: one convolution, and blocks of two.
 */
export function countsOfNetworks(space: SearchSpace, parameters: number, macs: number): number {
  const layers = space.stages.length * space.layersPerStage;
  const steps = space.kernels.flatMap((kernel) => [
    { kernel, inner: undefined },
    ...(space.innerChannels.length === 0 ? [0] : space.innerChannels).map((inner) => ({ kernel, inner })),
  ]);

  const add = (state: State, size: number, weights: number) => {
    state.parameters += weights;
    state.macs += weights * size * size;
  };

  const walk = (layer: number, before: State, isFirst: boolean): number => {
    if (before.parameters > parameters || before.macs > macs) return 0;
    if (layer === layers) {
      const outputs = space.classes;
      const hit =
        before.parameters + (before.channels + 1) * outputs === parameters &&
        before.macs + before.channels * outputs === macs;
      return hit ? 1 : 0;
    }
    const { channels, stride } = space.stages[Math.floor(layer / space.layersPerStage)];
    const ends = (layer + 1) % space.layersPerStage === 0;
    // A stage of nothing but none takes pixels and adds channels of zeros.
    const bare = ends && isFirst ? { ...before, channels, size: before.size / stride } : before;
    let found = walk(layer + 1, bare, ends || isFirst);
    for (const { kernel, inner } of steps) {
      const state = { ...before };
      const size = isFirst ? before.size / stride : before.size;
      const between = inner === undefined ? channels : inner === 0 ? channels : inner;
      add(state, size, kernel ** 2 * before.channels * between);
      if (inner !== undefined) {
        add(state, size, kernel ** 2 * between * channels);
        const changes = before.channels !== channels || size !== before.size;
        if (space.shortcut === "projection" && changes) add(state, size, before.channels * channels);
      }
      state.channels = channels;
      state.size = size;
      found += walk(layer + 1, state, ends);
    }
    return found;
  };

  const start: State = { channels: space.input.channels, size: space.input.height, parameters: 0, macs: 0 };
  if (space.stem !== null) {
    add(start, start.size, space.stem.kernel ** 2 * start.channels * space.stem.channels);
    start.channels = space.stem.channels;
  }
  return walk(0, start, true);
}
