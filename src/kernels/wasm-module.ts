import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import { packageRoot } from "../base/paths.js";

const compiled = new Map<string, WebAssembly.Module>();

/**
 * An instance of a module built from src/kernels/assembly; compiled once a thread.
 * @throws NAS_KERNEL_MISSING where it was not built, or the processor has no WebAssembly SIMD
 */
export function instantiate<Exports>(name: "convert" | "digital"): Exports & { memory: WebAssembly.Memory } {
  const path = join(packageRoot(), "dist", "src", "kernels", `${name}.wasm`);
  try {
    let module = compiled.get(name);
    if (!module) compiled.set(name, (module = new WebAssembly.Module(new Uint8Array(readFileSync(path)))));
    return new WebAssembly.Instance(module).exports as Exports & { memory: WebAssembly.Memory };
  } catch (error) {
    throw new NasError("NAS_KERNEL_MISSING", `the compute kernel cannot be loaded from ${path}: ${messageOf(error)}`, {
      hint: "run `npm run build`; the processor must offer WebAssembly SIMD (x86-64 with SSE4.1, or ARM64)",
      context: { path },
      cause: error,
    });
  }
}

/** Lets a module's memory hold so many bytes. Views of the old buffer are detached. @throws NAS_KERNEL_FAILED */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return;
  try {
    memory.grow(Math.ceil(missing / 65536));
  } catch (error) {
    throw new NasError("NAS_KERNEL_FAILED", `the kernel cannot have ${bytes} bytes of memory`, {
      hint: "use a smaller batch, or fewer arrays at once",
      context: { bytes },
      cause: error,
    });
  }
}

/** Rounded up to 16 bytes, the width of a SIMD register. */
export function align16(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
