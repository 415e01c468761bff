// Runs a network on the virtual chip and on the ideal macro, and reads what came out.
import { loadBenchConfig, openStore, runBench } from "nas4cim";

// ./bench.config.json, or the config that comes with nas4cim.
const config = loadBenchConfig();
const images = process.argv[2] ? Number(process.argv[2]) : "smoke";

const { document, reportPath } = await runBench({ config, images }, { log: console.error });

const { accuracies, difference, layers, cost } = document;
const share = ({ fraction, interval95: [low, high] }) =>
  `${(100 * fraction).toFixed(1)} % (${(100 * low).toFixed(1)} … ${(100 * high).toFixed(1)} %)`;
console.log(`subject    ${share(accuracies.subject)}`);
console.log(`reference  ${share(accuracies.reference)}`);
console.log(`only the reference is right on ${difference.referenceOnly} of ${document.images} images`);
for (const { id, codes } of layers) console.log(`${id.padEnd(10)} code RMSE ${codes.rmseLsb.toFixed(3)} LSB`);
if (cost)
  console.log(
    `one inference, by the cost model: ${cost.latencyMs.toFixed(3)} ms, ${cost.energyMillijoule.toFixed(4)} mJ`,
  );
console.log(reportPath);

// The same document, later, out of the store.
const store = openStore(config.storeFolder);
console.log(`stored: ${store.document(document.run.id).run.resultHash}`);
store[Symbol.dispose]();
