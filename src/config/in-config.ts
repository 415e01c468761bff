import { isNasError, NasError } from "../base/errors.js";
import type { JsonPath } from "../base/schema/place.js";
import { pathText } from "../base/schema/words.js";
import type { LoadedConfig } from "./bench-config.js";

/**
 * Does a job on a bench. A NasError whose `context.configKey` is a path in the config (["macros", "chip", "options", "port"])
 * comes out with the file, line and column of that key: so whoever finds a fault of the config late need not have it.
 */
export async function inConfig<T>(config: LoadedConfig, job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    throw withPlace(config, error);
  }
}

function withPlace({ path: file, placeOf }: LoadedConfig, error: unknown): unknown {
  if (!isNasError(error) || !Array.isArray(error.context.configKey)) return error;
  const { configKey, ...context } = error.context as { configKey: JsonPath };
  const place = placeOf?.(configKey);
  const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
  return new NasError(error.code, `${where}: ${error.message}`, {
    hint: error.hint,
    context: { file, ...place, key: pathText(configKey), ...context },
    cause: error.cause,
  });
}
