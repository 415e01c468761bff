import { messageOf } from "../../src/base/errors.js";
import { PtyLine } from "../../src/board/pty.js";

/** As a process: echoes what comes over a pseudo terminal, whose path it prints first. */
try {
  const line = await PtyLine.open();
  console.log(line.path);
  line.on("data", (chunk: Buffer) => {
    if (!line.write(chunk)) {
      line.pause();
      line.once("drain", () => line.resume());
    }
  });
} catch (error) {
  console.log(`no pseudo terminal: ${messageOf(error)}`);
}
