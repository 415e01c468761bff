import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/paths.js";
import type { RunDocument } from "./run-document.js";

/** The result of one job that every installation can run, as it was published; see scripts/publish-results.mjs. */
export interface PublishedResult {
  /** Which images, as a person names them. */
  images: string;
  /** The value of --images, and how many that makes. */
  selection: string;
  count: number;
  /** Right answers of the subject. */
  subjectCorrect: number;
  /** The job's hash (`configHash` of the run document), and that of its result. */
  job: string;
  result: string;
}

/** The published results of the shipped job, one for each source and selection of images: fixtures/published-results.json. */
export function publishedResults(): PublishedResult[] {
  const path = join(packageRoot(), "fixtures", "published-results.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { results: PublishedResult[] }).results;
}

/** How a run's result stands to the published one of the very same job; undefined where none of it is published. */
export function publishedVerdict({ run }: RunDocument): { isSame: boolean; published: PublishedResult } | undefined {
  const published = publishedResults().find(({ job }) => job === run.configHash);
  return published && { isSame: published.result === run.resultHash, published };
}
