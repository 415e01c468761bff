/** What a link has done and met since it was made; each kind of trouble has its own count. */
export interface LinkCounters {
  framesSent: number;
  framesReceived: number;
  payloadBytesSent: number;
  payloadBytesReceived: number;
  messagesSent: number;
  messagesReceived: number;
  /** Frames sent again because the other side missed them, and because nothing was heard of them. */
  resentAfterNak: number;
  resentAfterTimeout: number;
  naksSent: number;
  /** Frames that were here already. */
  duplicates: number;
  /** Frames of another link, from before the last greeting. */
  stale: number;
  /** Frames beyond the credit given, or outside every window. */
  outOfWindow: number;
  /** Messages longer than what was announced; the link ends there. */
  oversizeMessages: number;
}

export function newLinkCounters(): LinkCounters {
  return {
    framesSent: 0,
    framesReceived: 0,
    payloadBytesSent: 0,
    payloadBytesReceived: 0,
    messagesSent: 0,
    messagesReceived: 0,
    resentAfterNak: 0,
    resentAfterTimeout: 0,
    naksSent: 0,
    duplicates: 0,
    stale: 0,
    outOfWindow: 0,
    oversizeMessages: 0,
  };
}
