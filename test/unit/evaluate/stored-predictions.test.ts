import { expect } from "chai";
import { pickImages } from "../../../src/data/pick-images.js";
import type { NetworkProvenance } from "../../../src/network/network.js";
import type { StoredNetwork } from "../../../src/network/read-network.js";
import { writeSafetensors } from "../../../src/network/safetensors.js";
import { writeFileAtomic } from "../../../src/base/atomic-file.js";
import { join } from "node:path";
import type { ArithmeticResult } from "../../../src/evaluate/evaluation-document.js";
import { accuracyOf } from "../../../src/record/statistics.js";
import { compareWithStored, notesOn, storedPredictions } from "../../../src/evaluate/stored-predictions.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { makeImages } from "../../support/labelled-images.js";
import { smallDescription } from "../../support/small-network.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("stored predictions", () => {
  const folder = temporaryFolder();
  // A copy that lacks official images: the second and the fourth of five.
  const whole = pickImages(makeImages([3, 1, 4, 1, 5]), [0, 2, 4]);
  const bytes = (...data: number[]) => ({ dtype: "U8" as const, shape: [data.length], data: Uint8Array.from(data) });

  function network(testSetFingerprint: string, floatPredictions: number[]): StoredNetwork {
    const description = smallDescription();
    description.provenance.float = { testSetFingerprint, images: 3, correct: 2 };
    return { description, tensors: new Map([["float_predictions", bytes(...floatPredictions)]]), hash: "" };
  }

  it("are found by the images' places in the official split", () => {
    const expected = writeSafetensors(new Map([["predictions", bytes(3, 4, 0)]]));
    writeFileAtomic(join(folder(), "expected.safetensors"), expected);
    const { float, integer } = storedPredictions(folder(), network(whole.fingerprint, [3, 0, 5]), whole);
    expect([...float!]).to.deep.equal([
      [0, 3],
      [2, 0],
      [4, 5],
    ]);
    expect([...integer!]).to.deep.equal([
      [0, 3],
      [2, 4],
      [4, 0],
    ]);
    // Of a part: the last image alone, which was right in float.
    const last = pickImages(whole, [2]);
    expect(compareWithStored(float!, Uint8Array.of(5), last)).to.deep.include({ correct: 1, reproduced: true });
    expect(compareWithStored(integer!, Uint8Array.of(5), last)).to.deep.include({ correct: 0, reproduced: false });
  });

  it("count the answers that are the same, whether they are right or not", () => {
    const { float } = storedPredictions(folder(), network(whole.fingerprint, [3, 0, 5]), whole);
    // Right on the first before, right on the second now; wrong in another way on the last.
    const answers = compareWithStored(float!, Uint8Array.of(0, 4, 5), whole);
    expect(answers).to.deep.include({ correct: 2, fraction: 2 / 3, equalPredictions: 1, reproduced: true });
  });

  it("say nothing of other images, and nothing where they are not one for each image", () => {
    expect(storedPredictions(folder(), network("other", [3, 0, 5]), whole)).to.deep.equal({});
    expect(storedPredictions(folder(), network(whole.fingerprint, [3, 0]), whole)).to.not.have.property("float");
  });

  it("refuse a file that is no safetensors file", () => {
    const broken = join(folder(), "broken");
    writeFileAtomic(join(broken, "expected.safetensors"), "no tensors");
    expectNasError("NAS_NETWORK_WEIGHTS", () =>
      storedPredictions(broken, network(whole.fingerprint, [3, 0, 5]), whole),
    );
  });

  describe("notes", () => {
    const provenance = (change: Partial<NetworkProvenance>) => ({ ...smallDescription().provenance, ...change });
    const result = (arithmetic: ArithmeticResult["arithmetic"], correct: number): ArithmeticResult => ({
      arithmetic,
      accuracy: accuracyOf(1, 3),
      classes: [],
      stored: { ...accuracyOf(correct, 3), equalPredictions: 1, reproduced: correct === 1 },
    });

    it("tell which counts are not reproduced, and by how much", () => {
      expect(notesOn(provenance({}), whole, [result("float", 1), result("integer", 1)])).to.deep.equal([]);
      const [float, integer] = notesOn(provenance({}), whole, [result("float", 2), result("integer", 3)]);
      expect(float).to.match(/Float is not reproduced: 1 right here, 2 when/);
      expect(integer).to.match(/Integers are not reproduced: 1 right here, 3 when/);
    });

    it("tell other test images and other training images, and what training images are worth", () => {
      const float = { testSetFingerprint: "other", images: 3, correct: 2 };
      const [other] = notesOn(provenance({ float }), whole, []);
      expect(other).to.match(/not the test images/);
      const training = { ...whole, split: "train" as const };
      expect(notesOn(provenance({ float, dataSha256: "x" }), training, [])[0]).to.match(/not the training images/);
      const own = notesOn(provenance({ float, dataSha256: whole.fingerprint }), training, []);
      expect(own).to.have.length(1);
      expect(own[0]).to.match(/trained on these images/);
    });
  });
});
