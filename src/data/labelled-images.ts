/** Images with labels, as the official files order them. Pixels are bytes, image after image, height × width × channels. */
export interface LabelledImages {
  /** "fashion-mnist" or "cifar-10". */
  dataset: DatasetName;
  split: Split;
  count: number;
  height: number;
  width: number;
  channels: number;
  classNames: readonly string[];
  /** [count × height × width × channels], 0 … 255. */
  pixels: Uint8Array;
  /** [count], 0 … classNames.length − 1. */
  labels: Uint8Array;
  /** [count]: the place of each image in the official split; 0 … count − 1 where the split is whole. */
  officialIndex: Uint32Array;
  /** SHA-256 over pixels and labels: the identity of these very images. */
  fingerprint: string;
  source: DataSource;
}

export type DatasetName = "fashion-mnist" | "cifar-10";
export type Split = "train" | "test";

/** Where images came from, in words a report can print. */
export interface DataSource {
  kind: "config" | "environment" | "cache" | "download" | "npm";
  /** Folder or address. */
  location: string;
  /** Images that the whole official split has; `count` tells how many of them these are. */
  officialCount: number;
  /** Set where the copy is not the official one, bit for bit: what is missing or different. */
  caveat?: string;
}
