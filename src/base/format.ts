/** How figures, counts and times are written for people, in terminal, report and messages alike: one form for each. */

/** Low and high end. */
type Interval = readonly [number, number];

/** Digits after the point that tell 1 image of `images` from none, between 1 and 3: 91.37 % of 10,000 images. */
export function percentDigits(images: number): number {
  return Math.max(1, Math.min(3, Math.ceil(Math.log10(Math.max(1, images))) - 2));
}

/** A fraction as "91.37 %". */
export function percent(fraction: number, digits = 2): string {
  return `${fixed(fraction * 100, digits)} %`;
}

/** A difference of fractions in percentage points with its sign: "−3.81". */
export function points(fraction: number, digits = 2): string {
  const text = fixed(fraction * 100, digits);
  return fraction > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** An interval of fractions as "91.23 … 92.30 %". */
export function percentInterval([low, high]: Interval, digits = 2): string {
  return `${fixed(low * 100, digits)} … ${fixed(high * 100, digits)} %`;
}

/** An interval of differences as "−4.22 … −3.43". */
export function pointsInterval([low, high]: Interval, digits = 2): string {
  return `${points(low, digits)} … ${points(high, digits)}`;
}

/** An integer in groups of three: "28,362". */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count in few digits for axes and heads: "4.41 M". */
export function roughCount(value: number): string {
  for (const [unit, size] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e4],
  ] as const) {
    if (value >= size) return `${(value / (unit === "k" ? 1e3 : size)).toPrecision(3)} ${unit}`;
  }
  return count(value);
}

/**
 * A figure to three significant digits, without a power of ten where it is of everyday size: "0.00203", "1.40e-7", "1,160",
 * "2.00e6".
 */
export function significant(value: number, digits = 3): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const magnitude = Math.abs(rounded);
  const sign = value < 0 ? "−" : "";
  if (magnitude < 1e-4 || magnitude >= 1e6) return sign + magnitude.toExponential(digits - 1).replace("+", "");
  return sign + (magnitude >= 1000 ? count(magnitude) : magnitude.toPrecision(digits));
}

/** A number of things in a time: "646", "1,160", "0.35"; what is counted and in which time, the caller says. */
export function rate(value: number): string {
  return value >= 100 ? count(value) : significant(value, 2);
}

/** A p value: "0.032", "0.41", "< 0.0001". */
export function pValue(p: number): string {
  if (p < 1e-4) return "< 0.0001";
  return p >= 0.1 ? p.toFixed(2) : p.toPrecision(2);
}

/** Seconds as a person says them: "7.81 ns", "12.3 µs", "38 ms", "12.6 s", "2 min 31 s", "1 h 05 min". */
export function duration(seconds: number): string {
  if (seconds === 0) return "0 s";
  if (seconds < 0.9995e-6) return `${significant(seconds * 1e9)} ns`;
  if (seconds < 0.9995e-3) return `${significant(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${significant(seconds * 1e3, seconds < 0.01 ? 2 : 3).replace(/\.0+$/, "")} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Bytes in decimal units: "812 B", "2.5 MB", "30.0 MB". */
export function bytes(size: number): string {
  if (size < 1000) return `${Math.round(size)} B`;
  for (const [unit, scale] of [
    ["kB", 1e3],
    ["MB", 1e6],
  ] as const) {
    if (size < scale * 999.95) return `${(size / scale).toFixed(1)} ${unit}`;
  }
  return `${(size / 1e9).toFixed(1)} GB`;
}

/** "2026-01-02 03:04 UTC" of an ISO date; what is no date stays as it is. */
export function moment(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

/** "1 image", "2 images". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Fixed digits with a true minus sign, and no minus before a zero. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
