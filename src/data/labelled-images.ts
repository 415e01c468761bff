/** Images with labels, as the official files order them. Pixels are bytes, image after image, height × width × channels. */
export interface LabelledImages {
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
  labels: Labels;
  /** [count]: the place of each image in the official split; 0 … count − 1 where the split is whole. */
  officialIndex: Uint32Array;
  /** SHA-256 over pixels and labels: the identity of these very images. */
  fingerprint: string;
  source: DataSource;
}

/** The data sets that nas4cim knows by name. */
export type NamedDataset = "fashion-mnist" | "cifar-10";
/** Pictures in a folder: "folder:PATH". */
export type FolderDataset = `folder:${string}`;
export type DatasetName = NamedDataset | FolderDataset;
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

/** Class numbers: bytes, or two bytes each where there are more than 256 classes. */
export type Labels = Uint8Array | Uint16Array;
