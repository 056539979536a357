import { readFileSync } from "node:fs";

import autocannon from "autocannon";

/** One measured round. */
export interface Round {
  readonly requestsPerSecond: number;
  /** CPU time of the server process per request, in microseconds; Linux only. */
  readonly cpuPerRequest: number;
}

const connections = 20;
// The kernel counts CPU time in ticks of 1/100 s.
const ticksPerSecond = 100;

/** Sends requests for some seconds, cycling through the paths, and fails if any answer is not 200. */
export async function measure(port: number, pid: number, load: Load): Promise<Round> {
  const before = cpuSeconds(pid);
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    duration: load.seconds,
    requests: load.paths.map((path) => ({ method: "GET" as const, path })),
  });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0) throw new TypeError(`${bad} of the answers were not 2xx`);
  const total = result.requests.total;
  return {
    requestsPerSecond: result.requests.average,
    cpuPerRequest: ((cpuSeconds(pid) - before) / total) * 1e6,
  };
}

/** What to send. */
export interface Load {
  readonly paths: readonly string[];
  readonly seconds: number;
}

function cpuSeconds(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
