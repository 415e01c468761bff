import { FrameDecoder } from "../../src/wire/frame.js";
import { Link, type LinkSettings } from "../../src/wire/link.js";

/** A link with its decoder: all that a line needs, without greetings and sessions. */
export class LinkEndpoint {
  readonly received: Uint8Array[] = [];
  readonly decoder: FrameDecoder;
  readonly link: Link;

  constructor(settings: Partial<LinkSettings> = {}, onMessage?: (message: Uint8Array) => void) {
    const own = { maxPayload: 1024, window: 16384, maxMessage: 65536 };
    const whole = { epoch: 7, own, peer: { maxPayload: 1024, window: 16384 }, bytesPerSecond: 1e6, ...settings };
    this.decoder = new FrameDecoder(whole.own.maxPayload);
    this.link = new Link(whole, onMessage ?? ((message) => this.received.push(message)));
  }

  receive(chunk: Uint8Array, nowMs: number): void {
    this.decoder.push(chunk, (frame) => this.link.receive(frame, nowMs));
  }

  nextFrame(nowMs: number): Uint8Array | undefined {
    return this.link.nextFrame(nowMs);
  }

  wakeAtMs(): number {
    return this.link.wakeAtMs();
  }
}
