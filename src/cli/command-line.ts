/** A command as this person would type it: through npm where nas4cim was started by `npm start`, which knows `run` alone. */
export function commandLine(command: string, ...parameters: string[]): string {
  const throughNpm = process.env.npm_lifecycle_event === "start" && command === "run";
  const words = throughNpm ? ["npm", "start", "--", ...parameters] : ["nas4cim", command, ...parameters];
  return words.join(" ");
}
