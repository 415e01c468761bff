import { inputId, type LayerGraph } from "../../network/layer-graph.js";
import { encodeGenotype } from "./genotype-text.js";
import { checkGenotype } from "./check-genotype.js";
import { type Genotype, isOperation } from "./genotype.js";
import { GraphBuilder } from "./graph-builder.js";
import { type Operation, operations } from "./operations.js";
import type { SearchSpace } from "./space.js";

/**
 * The network that a genotype stands for. Node ids tell stage and layer: "s2l1.conv1" is the first convolution of the first
 * layer of stage 2. A stage in which all layers are empty is the parameter-free shortcut that brings the map to its stride and
 * width, "s2.shortcut", or nothing where it keeps both.
 * @throws NAS_SEARCH_GENOTYPE where the genotype is none of the space
 */
export function toGraph(space: SearchSpace, genotype: Genotype): LayerGraph {
  checkGenotype(space, genotype);
  const builder = new GraphBuilder();
  let from = inputId;
  let channels = space.input.channels;
  if (space.stem !== null) {
    const { kernel, stride, maxPool } = space.stem;
    from = builder.conv("stem", from, kernel, stride, space.stem.channels);
    if (maxPool) from = builder.maxPool("stem.pool", from, maxPool.kernel, maxPool.stride);
    channels = space.stem.channels;
  }
  genotype.stages.forEach((layers, index) => {
    const { channels: outChannels, stride } = space.stages[index];
    let isFirst = true;
    layers.forEach((layer, position) => {
      if (!isOperation(layer)) return;
      const operation: Operation = operations[layer.op];
      from = operation.addTo(builder, layer, {
        id: `s${index + 1}l${position + 1}`,
        from,
        inChannels: channels,
        outChannels,
        stride: isFirst ? stride : 1,
        shortcut: space.shortcut,
      });
      channels = outChannels;
      isFirst = false;
    });
    if (!isFirst || (stride === 1 && channels === outChannels)) return;
    from = builder.shortcut(`s${index + 1}.shortcut`, from, stride, outChannels);
    channels = outChannels;
  });
  builder.fc("fc", builder.globalAveragePool("pool", from), space.classes);
  return {
    name: `${space.name} ${encodeGenotype(space, genotype)}`,
    input: { ...space.input },
    nodes: builder.nodes,
  };
}
