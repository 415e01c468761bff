import { expect } from "chai";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { emulatedPort } from "../../../src/wire/emulated-port.js";

describe("emulatedPort", () => {
  it("is one place for each user, the same each time", () => {
    const place = emulatedPort();
    expect(emulatedPort()).to.deep.equal(place);
    if ("link" in place) expect(dirname(place.link)).to.equal(tmpdir());
    else expect(place.tcp.host).to.equal("127.0.0.1");
  });
});
