import { loadBenchConfig } from "../config/bench-config.js";
import { openStore, type RecordStore } from "../store/store.js";

/** Lets `change` write to the store of the config, which must be there; closes it afterwards. */
export async function withWritableStore<T>(
  configPath: string | undefined,
  change: (store: RecordStore) => T | Promise<T>,
): Promise<T> {
  using store = openStore(loadBenchConfig(configPath).storeFolder, { mustExist: true });
  return await change(store);
}

/** Lets `look` read the store of the config, which must be there and need not be writable; closes it afterwards. */
export async function withStore<T>(
  configPath: string | undefined,
  look: (store: RecordStore) => T | Promise<T>,
): Promise<T> {
  using store = openStore(loadBenchConfig(configPath).storeFolder, { readOnly: true });
  return await look(store);
}
