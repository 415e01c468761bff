import { expect } from "chai";
import { defineDriver, type MacroDriver } from "../../../src/macro/define-driver.js";

describe("defineDriver", () => {
  it("gives the very driver that was defined", () => {
    const driver: MacroDriver = { id: "board", contract: 2, open: () => Promise.reject(new Error("not plugged in")) };
    expect(defineDriver(driver)).to.equal(driver);
  });
});
