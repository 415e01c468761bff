import { expect } from "chai";
import { adcOutputs, adcRails, logicalRows } from "../../../src/macro/macro.js";

const [rowPair, columnPair, host] = (["row-pair", "column-pair", "host"] as const).map((differential) => ({
  differential,
}));

describe("adcRails", () => {
  it("are two's complement where the array subtracts, and from 0 where the host does", () => {
    expect(adcRails({ ...columnPair, adcBits: 8 })).to.deep.equal({ low: -128, high: 127 });
    expect(adcRails({ ...rowPair, adcBits: 2 })).to.deep.equal({ low: -2, high: 1 });
    expect(adcRails({ ...host, adcBits: 8 })).to.deep.equal({ low: 0, high: 255 });
    expect(adcRails({ ...host, adcBits: 1 })).to.deep.equal({ low: 0, high: 1 });
  });
});

describe("logicalRows and adcOutputs", () => {
  it("halve the lines that come in pairs before the ADC", () => {
    expect([rowPair, columnPair, host].map((spec) => logicalRows(spec, 128))).to.deep.equal([64, 128, 128]);
    expect([rowPair, columnPair, host].map((spec) => adcOutputs(spec, 128))).to.deep.equal([128, 64, 128]);
  });
});
