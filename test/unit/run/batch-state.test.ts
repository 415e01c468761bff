import { expect } from "chai";
import { quantize } from "../../../src/network/quantize.js";
import { dropSpent, enter, joinBytes, packStates, pendingNodes, unpackState } from "../../../src/run/batch-state.js";
import { residualNetwork } from "../../support/residual-network.js";
import { smallNetwork } from "../../support/small-network.js";

const small = quantize(smallNetwork(3));
const residual = quantize(residualNetwork(3));
const image = () => enter(new Uint8Array(128), 1);
const none = new Uint8Array();

describe("pendingNodes", () => {
  it("are all at the entrance, and none when the logits are there", () => {
    const state = image();
    expect(pendingNodes(residual, state)).to.deep.equal(residual.nodes);
    state.logits = new Float64Array(4);
    expect(pendingNodes(residual, state)).to.deep.equal([]);
  });

  it("leave out a node that was dropped because its readers are through, though its own input is kept", () => {
    const state = image();
    for (const id of ["stem", "b0.one", "b0.two"]) state.activations.set(id, none);
    dropSpent(residual, state);
    expect([...state.activations.keys()]).to.deep.equal(["stem", "b0.two"]);
    expect(pendingNodes(residual, state).map(({ id }) => id)).to.deep.equal([
      "b0.sum",
      "b1.one",
      "b1.two",
      "b1.short",
      "b1.sum",
      "pool",
      "classes",
    ]);
  });
});

describe("dropSpent", () => {
  it("keeps what a later node reads, and nothing when the logits are there", () => {
    const state = image();
    state.activations.set("first", none);
    dropSpent(small, state);
    expect([...state.activations.keys()]).to.deep.equal(["first"]);
    state.activations.set("second", none);
    state.activations.set("pool", none);
    dropSpent(small, state);
    expect([...state.activations.keys()]).to.deep.equal(["pool"]);
    state.logits = new Float64Array(10);
    dropSpent(small, state);
    expect(state.activations.size).to.equal(0);
  });

  it("keeps a shortcut's source until the shortcut and the block have both read it", () => {
    const state = image();
    const after = (id: string): string[] => {
      state.activations.set(id, none);
      dropSpent(residual, state);
      return [...state.activations.keys()];
    };
    expect(after("stem")).to.deep.equal(["stem"]);
    expect(after("b0.one")).to.deep.equal(["stem", "b0.one"]);
    expect(after("b0.two")).to.deep.equal(["stem", "b0.two"]);
    expect(after("b0.sum")).to.deep.equal(["b0.sum"]);
    expect(after("b1.one")).to.deep.equal(["b0.sum", "b1.one"]);
    expect(after("b1.two")).to.deep.equal(["b0.sum", "b1.two"]);
    expect(after("b1.short")).to.deep.equal(["b1.two", "b1.short"]);
    expect(after("b1.sum")).to.deep.equal(["b1.sum"]);
  });
});

describe("packStates and unpackState", () => {
  it("give every batch back, signed maps signed, however the batches are cut", () => {
    // Two batches of 2 and 1 images; 3 bytes an image of a map, 2 sums of a layer. "b:x" is an id with a colon.
    const network = { ...residual, nodes: [...residual.nodes, { ...residual.nodes[0], id: "b:x" }] };
    const states = [
      {
        images: 2,
        activations: new Map<string, Uint8Array | Int8Array>([
          ["b0.two", Int8Array.of(-7, -1, 0, 1, 7, -128)],
          ["stem", Uint8Array.of(255, 254, 3, 2, 1, 0)],
          ["b:x", Uint8Array.of(9, 8, 7, 6, 5, 4)],
        ]),
        partial: new Map([["b1.one", Int32Array.of(-(2 ** 31), 5, 6, 2 ** 31 - 1)]]),
        saturated: new Map([["stem", 3]]),
      },
      {
        images: 1,
        activations: new Map<string, Uint8Array | Int8Array>([
          ["b0.two", Int8Array.of(127, -2, 3)],
          ["stem", Uint8Array.of(10, 20, 30)],
          ["b:x", Uint8Array.of(3, 2, 1)],
        ]),
        partial: new Map([["b1.one", Int32Array.of(-8, 9)]]),
        saturated: new Map<string, number>(),
      },
    ];
    const blobs = packStates(states);
    for (const [offset, state] of [[0, states[0]] as const, [2, states[1]] as const])
      // What was saturated is counted with the round that saw it.
      expect(unpackState(network, blobs, 3, offset, state.images)).to.deep.equal({ ...state, saturated: new Map() });
    const middle = unpackState(network, blobs, 3, 1, 2);
    expect([...middle.activations.get("b0.two")!]).to.deep.equal([1, 7, -128, 127, -2, 3]);
    expect(middle.activations.get("b0.two")).to.be.instanceOf(Int8Array);
    expect([...middle.partial.get("b1.one")!]).to.deep.equal([6, 2 ** 31 - 1, -8, 9]);
  });
});

describe("joinBytes", () => {
  it("takes only the bytes that an array shows of its buffer", () => {
    const parts = [Int32Array.of(1, -1, 2).subarray(1, 2), Uint8Array.of(1, 2, 3).subarray(2), Int8Array.of(-1)];
    expect([...joinBytes(parts)]).to.deep.equal([255, 255, 255, 255, 3, 255]);
  });
});
