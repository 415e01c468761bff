// What ResNet-20 costs with more and other ADCs, and which of these settings no other beats in everything.
import { knownGraphs, loadHardware, sweep } from "nas4cim";

const request = {
  graph: knownGraphs.resnet20(),
  hardware: loadHardware("isaac-unit"),
  profile: "physical",
  schedule: "pipelined",
  precision: { activationBits: 9, weightBits: 9 },
};
const points = sweep(request, [
  { key: "adcsPerArray", values: ["1", "2", "4", "8"] },
  { key: "adc", values: ["2", "4"] },
]);

for (const { settings, latencyMs, energyMillijoule, areaMm2, isPareto } of points) {
  const { adcsPerArray, adc } = settings;
  const figures = `${latencyMs.toFixed(3)} ms  ${energyMillijoule.toFixed(3)} mJ  ${areaMm2.toFixed(0)} mm²`;
  console.log(`${isPareto ? "*" : " "} ${adcsPerArray} of ADC ${adc}  ${figures}`);
}
