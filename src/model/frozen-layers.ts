import type { ConvNode } from "../network/network.js";
import type { OpAttribute, Tensor, Tensorflow } from "../engine/tensorflow.js";
import { convolve, imagesGradient } from "./fused-layers.js";

const float: OpAttribute = { type: "float32" };

/**
 * A convolution whose weights stay as they are, with its normalization folded into `weight` and `offset`, and with `relu` the
 * rectifier: differentiable in the images alone.
 * @param weight [kernel, kernel, inChannels, outChannels]
 * @param offset [outChannels]
 */
export function convolveFrozen(
  engine: Tensorflow,
  node: ConvNode,
  images: Tensor,
  { weight, offset }: { weight: Tensor; offset: Tensor },
  relu: boolean,
): Tensor {
  const { tf } = engine;
  const layer = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [Tensor, (saved: Tensor[]) => void];
    const sums = tf.add(convolve(engine, node, x, weight), offset);
    const value = relu ? tf.relu(sums) : sums;
    // What is not saved is gone before the gradient is asked for.
    save(relu ? [weight, value] : [weight]);
    return {
      value,
      gradFunc: (upstream: Tensor, [kernel, rectified]: Tensor[]) => {
        const atSums = relu ? engine.run("ReluGrad", { T: float }, [upstream, rectified])[0] : upstream;
        return imagesGradient(engine, node, images.shape, kernel, atSums);
      },
    };
  });
  return layer(images);
}
