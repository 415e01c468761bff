import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NasError, messageOf } from "../../base/errors.js";
import type { NamedTensors, RecordedGraph, Tensor, TensorflowFunctions } from "../engine.js";
import type { NativeAttribute, NativeBackend, NativeBinding, NativeTensor, NativeValues } from "../native-binding.js";
import { encodeSavedModel, type GraphAttribute, type GraphNode, graphTag } from "./saved-model.js";

/**
 * Runs `work` once, writes down every operation that it gives to libtensorflow, and gives the same operations as one graph:
 * TensorFlow then plans them together, runs independent ones side by side, and JavaScript has no part in it. What `work`
 * computes in JavaScript, and every tensor that it makes of numbers, is the same in every later run.
 * @throws NAS_TRAIN_TENSORFLOW where `work` reads a tensor's numbers, uses a tensor that is neither made by it nor among
 * its inputs, or where TensorFlow does not take the graph.
 */
export function recordGraph<Inputs extends NamedTensors, Outputs extends NamedTensors>(
  { tf, backend }: { tf: TensorflowFunctions; backend: NativeBackend },
  inputs: Inputs,
  work: (inputs: Inputs) => Outputs,
  { exact = false }: { exact?: boolean } = {},
): RecordedGraph<Inputs, Outputs> {
  const recording = new Recording(backend.binding, exact);
  const inputNames = namesOf(inputs);
  const given = tensorsOf(inputs, inputNames);
  backend.getInputTensorIds(given).forEach((id, place) => recording.addInput(id, given[place], backend.binding));
  const outputNames: string[] = [];
  const sources: string[] = [];
  tf.tidy(() => {
    const own = backend.binding;
    backend.binding = recording.watch(own);
    try {
      const outputs = work(inputs);
      outputNames.push(...namesOf(outputs));
      const ids = backend.getInputTensorIds(tensorsOf(outputs, outputNames));
      sources.push(...ids.map((id) => recording.sourceOf(id)));
    } finally {
      backend.binding = own;
    }
  });
  const { binding } = backend;
  const graph = load(binding, recording.nodes);
  const numbers = recording.numbers.map(({ shape, type, values }) => binding.createTensor(shape, type, values));
  const feeds = recording.inputs.join(",");
  const fetches = sources.join(",");
  return {
    run(values) {
      const ids = [...backend.getInputTensorIds(tensorsOf(values, inputNames)), ...numbers];
      const results = binding.runSavedModel(graph, ids, feeds, fetches);
      const tensors = results.map((native, place) => [outputNames[place], backend.createOutputTensor(native)]);
      return Object.fromEntries(tensors) as Outputs;
    },
    dispose() {
      for (const id of numbers) binding.deleteTensor(id);
      binding.deleteSavedModel(graph);
    },
  };
}

/** Names in a fixed order, without those that hold nothing. */
function namesOf(tensors: NamedTensors): string[] {
  return Object.keys(tensors)
    .filter((name) => tensors[name] !== undefined)
    .sort();
}

function tensorsOf(tensors: NamedTensors, names: readonly string[]): Tensor[] {
  return names.map((name) => tensors[name]!);
}

/** Operations as they come by, as nodes of a graph. */
class Recording {
  readonly nodes: GraphNode[] = [];
  /** The sources that a run is to feed: first the inputs, then `numbers`. */
  readonly inputs: string[] = [];
  /** What is fed besides the inputs, the same in every run. */
  readonly numbers: { shape: number[]; type: number; values: NativeValues }[] = [];
  readonly #feedsNumbers: boolean;
  readonly #float: number;
  readonly #kinds: ReadonlyMap<number, GraphAttribute["kind"]>;
  /** "node:output" of each tensor that is known. */
  readonly #sources = new Map<number, string>();

  constructor(binding: NativeBinding, feedsNumbers: boolean) {
    this.#feedsNumbers = feedsNumbers;
    this.#float = binding.TF_FLOAT;
    this.#kinds = new Map([
      [binding.TF_ATTR_INT, "int"],
      [binding.TF_ATTR_FLOAT, "float"],
      [binding.TF_ATTR_BOOL, "bool"],
      [binding.TF_ATTR_STRING, "string"],
      [binding.TF_ATTR_TYPE, "type"],
      [binding.TF_ATTR_SHAPE, "shape"],
    ]);
  }

  addInput(id: number, { dtype, shape }: Tensor, binding: NativeBinding): void {
    const type = dtype === "int32" ? binding.TF_INT32 : binding.TF_FLOAT;
    this.#placeholder(id, type, shape);
  }

  /** The binding, with every operation and every tensor made of numbers written down on its way. */
  watch(binding: NativeBinding): NativeBinding {
    return Object.create(binding, {
      createTensor: { value: (...made: Parameters<NativeBinding["createTensor"]>) => this.#constant(binding, ...made) },
      executeOp: { value: (...run: Parameters<NativeBinding["executeOp"]>) => this.#operation(binding, ...run) },
      tensorDataSync: {
        value: () => {
          throw impossible("the operations read a tensor's numbers, which a graph cannot");
        },
      },
    }) as NativeBinding;
  }

  sourceOf(id: number): string {
    const source = this.#sources.get(id);
    if (source === undefined) throw impossible("the operations use a tensor that is not among their inputs");
    return source;
  }

  #placeholder(id: number, type: number, shape: readonly number[]): void {
    const attributes = new Map<string, GraphAttribute>([
      ["dtype", { kind: "type", value: type }],
      ["shape", { kind: "shape", value: shape }],
    ]);
    // A tensor given under two names is one to the operations: they use the last, and the other is fed for nothing.
    this.inputs.push(this.#add("Placeholder", [], attributes, [id]));
  }

  #constant(binding: NativeBinding, shape: number[], type: number, values: NativeValues): number {
    const id = binding.createTensor(shape, type, values);
    // Whole numbers are shapes and axes, which TensorFlow plans by.
    if (this.#feedsNumbers && type === this.#float) {
      this.#placeholder(id, type, shape);
      this.numbers.push({ shape, type, values: values.slice() });
      return id;
    }
    const content = Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const attributes = new Map<string, GraphAttribute>([
      ["dtype", { kind: "type", value: type }],
      ["value", { kind: "tensor", type, shape, content }],
    ]);
    this.#add("Const", [], attributes, [id]);
    return id;
  }

  #operation(
    binding: NativeBinding,
    op: string,
    attributes: NativeAttribute[],
    inputs: number[],
    outputs: number,
  ): NativeTensor[] {
    const sources = inputs.map((id) => this.sourceOf(id));
    const results = binding.executeOp(op, attributes, inputs, outputs);
    const named = new Map(attributes.map((attribute) => [attribute.name, this.#attribute(op, attribute)]));
    this.#add(
      op,
      sources,
      named,
      results.map(({ id }) => id),
    );
    return results;
  }

  #attribute(op: string, { name, type, value }: NativeAttribute): GraphAttribute {
    const kind = this.#kinds.get(type);
    if (kind === undefined) throw impossible(`attribute ${name} of operation ${op} is of a kind that is not known`);
    return { kind, value } as GraphAttribute;
  }

  /** Gives the source of the node's first output. */
  #add(
    op: string,
    inputs: readonly string[],
    attributes: ReadonlyMap<string, GraphAttribute>,
    outputs: readonly number[],
  ): string {
    const name = `n${this.nodes.length}`;
    this.nodes.push({ name, op, inputs, attributes });
    outputs.forEach((id, place) => this.#sources.set(id, `${name}:${place}`));
    return `${name}:0`;
  }
}

/** TensorFlow reads graphs from a folder alone. */
function load(binding: NativeBinding, nodes: readonly GraphNode[]): number {
  const folder = temporaryFolder();
  try {
    writeFileSync(join(folder, "saved_model.pb"), encodeSavedModel(nodes));
    return binding.loadSavedModel(folder, graphTag);
  } catch (error) {
    throw impossible(`TensorFlow does not take the graph: ${messageOf(error)}`, error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "nas4cim-graph-"));
  } catch (error) {
    throw new NasError("NAS_TRAIN_TENSORFLOW", `no temporary file can be written in ${tmpdir()}: ${messageOf(error)}`, {
      hint: "set TMPDIR to a folder that can be written: TensorFlow reads its graphs from there",
      context: { folder: tmpdir() },
      cause: error,
    });
  }
}

function impossible(why: string, cause?: unknown): NasError {
  return new NasError("NAS_TRAIN_TENSORFLOW", `no graph of these operations: ${why}`, {
    hint: "this is a fault of nas4cim's: please report it with the recipe",
    cause,
  });
}
