/** What computes: libtensorflow through tfjs-node, or WebAssembly, which needs nothing but this package's own dependencies. */
export const engineKinds = ["tfjs-node", "wasm"] as const;
export type EngineKind = (typeof engineKinds)[number];
