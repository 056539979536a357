import { Redis } from "ioredis";

import type { Plugin } from "../contract/plugin.ts";
import { BootError } from "../errors.ts";
import { takeScript } from "./script.ts";
import { type Counts, sharedCounter } from "./shared-counter.ts";

/** How to reach Redis. */
export interface RedisCounterOptions {
  /** Connection string, `redis://` or `rediss://` (TLS). Default `REDIS_URL`. */
  readonly url?: string | undefined;
  /** First part of every key: applications that share a database of Redis need one each. Default `lucent`. */
  readonly prefix?: string;
}

const variables = ["REDIS_URL"] as const;
const connectMilliseconds = 2_000;
// A request waits at most this long for Redis before it is counted in the process.
const commandMilliseconds = 200;
const reconnectMilliseconds = 500;

/**
 * Counts limits on Redis (6.2 or newer), so that all processes of an application share them. Needs the package
 * `ioredis`. A start without Redis is refused; when it fails later, limits are counted in each process until it is back.
 * Readiness does not ask it: every instance would leave the load balancer for something that each can do without.
 */
export function redisCounter(options: RedisCounterOptions = {}): Plugin {
  let client: Redis | undefined;
  return {
    name: "redis",
    async start({ environment, counter, logger }) {
      client = await connect(urlOf(options.url, environment));
      return {
        counter: sharedCounter({ counts: countsOf(client, options.prefix), fallback: counter, logger }),
      };
    },
    async stop() {
      const open = client;
      client = undefined;
      if (open !== undefined) await close(open);
    },
  };
}

function urlOf(given: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
  const url = given === undefined || given === "" ? environment[variables[0]] : given;
  if (url === undefined || url === "")
    throw new BootError(["Set REDIS_URL (or the url of redisCounter) to a Redis connection string."]);
  if (/^rediss?:\/\/./.test(url) && URL.canParse(url)) return url;
  throw new BootError(["REDIS_URL is not a URL such as redis://user:password@host:6379."]);
}

async function connect(url: string): Promise<Redis> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectMilliseconds,
    commandTimeout: commandMilliseconds,
    // A connection on which nothing comes back is given up, so that a new one can be tried.
    socketTimeout: connectMilliseconds,
    retryStrategy: () => reconnectMilliseconds,
    // What can't be asked now is answered by the process; nothing is asked later or twice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
  });
  // Commands say only that there is no connection. Without a listener the client would print it as well.
  let failure: unknown;
  client.on("error", (error) => {
    failure = error;
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    const cause = failure ?? error;
    client.disconnect();
    const { host } = new URL(url);
    throw new BootError([`Can't use Redis at ${host} (REDIS_URL): ${reasonOf(cause)}.`], { cause });
  }
}

/** A code where there is one: the client's messages may repeat what it was given. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown reason";
  const code: unknown = Reflect.get(cause, "code");
  return typeof code === "string" ? code : "it does not answer, or refuses the credentials";
}

function countsOf(client: Redis, prefix = "lucent"): Counts {
  const { text, sha1 } = takeScript;
  const nameOf = (key: string): string => `${prefix}:limit:${key}`;
  return {
    async take(key, { interval, burst }, cost) {
      const name = nameOf(key);
      try {
        return await client.evalsha(sha1, 1, name, interval, burst, cost);
      } catch (error) {
        // Redis forgets scripts when it is restarted.
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
        return client.eval(text, 1, name, interval, burst, cost);
      }
    },
    clear: (key) => client.del(nameOf(key)),
  };
}

async function close(client: Redis): Promise<void> {
  try {
    await client.quit();
  } catch {
    client.disconnect();
  }
}
