import { randomInt } from "node:crypto";
import { Agent, request } from "node:http";

/** A request to measure, and what its answer has to be. */
export interface Probe {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  readonly token?: string;
  readonly status: number;
}

/** Asks a server over one connection, one request after the other. */
export interface Stopwatch {
  /** Milliseconds until the answer is read to its end. @throws Error where it is another answer. */
  measure(probe: Probe): Promise<number>;
  close(): void;
}

let asked = 0;

/** Each request is one of another client: none meets a limit of addresses. */
function otherAddress(): string {
  asked += 1;
  return `10.${(asked >> 16) & 0xff}.${(asked >> 8) & 0xff}.${asked & 0xff}`;
}

/** Opens a connection to a port of this machine. */
export function stopwatch(port: number): Stopwatch {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async measure({ method = "POST", path, body, token, status }) {
      const text = body === undefined ? "" : JSON.stringify(body);
      const headers = {
        "x-forwarded-for": otherAddress(),
        ...(body === undefined ? {} : { "content-type": "application/json", "content-length": text.length }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const start = performance.now();
      const sent = request({ port, host: "127.0.0.1", method, path, headers, agent }, (answer) => {
        answer.on("end", () => {
          const time = performance.now() - start;
          if (answer.statusCode === status) resolve(time);
          else reject(new Error(`${method} ${path} was answered with ${answer.statusCode}`));
        });
        answer.on("error", reject).resume();
      });
      sent.on("error", reject).end(text);
      return promise;
    },
    close: () => agent.destroy(),
  };
}

/** Cases that must take the same time: what each asks in a round. The first is what the others are compared with. */
export type Cases = Readonly<Record<string, (round: number) => Probe>>;

/** Times of each case, round by round. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** Measures every case once in each round, in an order of chance, so that what changes meanwhile meets all alike. */
export async function measured(
  watch: Stopwatch,
  cases: Cases,
  { rounds, from = 0 }: { readonly rounds: number; readonly from?: number },
): Promise<Times> {
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
  for (let round = from; round < from + rounds; round += 1)
    for (const [name, probe] of shuffled(Object.entries(cases)))
      times.get(name)?.push(await watch.measure(probe(round)));
  return times;
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const rest = [...list];
  return list.flatMap(() => rest.splice(randomInt(rest.length), 1));
}
