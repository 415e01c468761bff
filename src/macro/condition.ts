/** What a macro tells of itself besides its codes. Boards do; what they cannot tell is left out. */
export interface MacroCondition {
  uptimeSeconds?: number;
  temperatureCelsius?: number;
  supplyVolts?: number;
  /** An emergency stop holds. */
  isStopped?: boolean;
  /** Write pulses since its start. */
  pulses?: number;
  /** Seconds since the last programming, by array, of what this job has programmed. */
  secondsSinceProgramming?: Readonly<Record<number, number>>;
  link?: LinkCondition;
}

/** The line between host and board since it was opened. */
export interface LinkCondition {
  /** What the line can carry a second, each way. */
  bytesPerSecond: number;
  bytesSent: number;
  bytesReceived: number;
  framesSent: number;
  framesReceived: number;
  framesResent: number;
  framesDamaged: number;
  /** Times that the board was lost and came back. */
  reconnects: number;
  roundTripMs?: number;
}
