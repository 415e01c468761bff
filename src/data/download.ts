import { messageOf, NasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { hashOf } from "./data-file.js";

/** What to fetch and how to know that it is right. */
export interface DownloadRequest {
  url: string;
  /** MD5 that the authors publish, lower-case hex. */
  md5: string;
  /** More bytes than this are refused. */
  limitBytes: number;
  /** For progress: "downloading …". */
  label: string;
  /** Until the response's headers are there; 10,000 where not given. */
  connectTimeoutMs?: number;
  /** Between two pieces of the body; 30,000 where not given. */
  stallTimeoutMs?: number;
}

/**
 * Fetches a file into memory, so that only a whole, checked one is ever written anywhere.
 *
 * Throws NAS_DATA_DOWNLOAD where the host cannot be reached, does not answer in time, refuses, stalls or sends too much,
 * NAS_DATA_HASH where the file is not the published one, NAS_INTERRUPTED where the signal fires.
 */
export async function download(request: DownloadRequest, context: JobContext): Promise<Uint8Array> {
  throwIfAborted(context.signal);
  const { url, connectTimeoutMs = 10_000, stallTimeoutMs = 30_000 } = request;
  const watchdog = new AbortController();
  const giveUpAfter = (milliseconds: number, what: string) =>
    setTimeout(() => watchdog.abort(failed(url, `${what} for ${milliseconds / 1000} s`)), milliseconds);
  let timer = giveUpAfter(connectTimeoutMs, "no answer");
  const signals = context.signal ? [watchdog.signal, context.signal] : [watchdog.signal];
  try {
    // The hash is over the bytes as published: no transport compression, which some servers add to .gz files.
    const headers = { "accept-encoding": "identity" };
    const response = await fetch(url, { headers, signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) throw failed(url, `the server answered ${response.status}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    const pieces: Uint8Array[] = [];
    let done = 0;
    for await (const piece of response.body as ReadableStream<Uint8Array>) {
      clearTimeout(timer);
      timer = giveUpAfter(stallTimeoutMs, "no data");
      done += piece.length;
      if (done > request.limitBytes) throw failed(url, `it sends more than ${request.limitBytes} bytes`);
      pieces.push(piece);
      context.progress?.({ label: request.label, done, total: Math.max(total, done), unit: "bytes" });
    }
    return checked(Buffer.concat(pieces), request);
  } catch (error) {
    throwIfAborted(context.signal);
    if (error instanceof NasError) throw error;
    throw failed(url, reasonOf(error), error);
  } finally {
    clearTimeout(timer);
    // Where the body was not read to its end this closes the connection; else it does nothing.
    watchdog.abort();
  }
}

function checked(bytes: Uint8Array, { url, md5 }: DownloadRequest): Uint8Array {
  const found = hashOf("md5", bytes);
  if (found === md5) return bytes;
  throw new NasError("NAS_DATA_HASH", `${url} sent a file with MD5 ${found}, published is ${md5}`, {
    hint: "a proxy may have answered in the server's place; fetch the file by hand and set NAS4CIM_DATA to its folder",
    context: { url, found, expected: md5, bytes: bytes.length },
  });
}

function failed(url: string, reason: string, cause?: unknown): NasError {
  return new NasError("NAS_DATA_DOWNLOAD", `${url} cannot be fetched: ${reason}`, {
    hint: "check the network, or fetch the files by hand and set NAS4CIM_DATA to their folder",
    context: { url },
    cause,
  });
}

/** fetch() says only "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
