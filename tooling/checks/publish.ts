import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";

import { type Check, listFiles, packageNames, program, root, run } from "./repository.ts";

const wanted: readonly string[] = [
  "package.json",
  "README.md",
  "LICENSE",
  "src/index.ts",
  "dist/index.js",
  "dist/index.d.ts",
];
const unwanted =
  /^(?!package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$|dist\/|src\/)|\.(?:test|test-d|live|bench)\.|\.env|\.tsbuildinfo$/;

/** What a user would install: each package is packed as for a release, then publint, attw and a look inside. */
export const publish: Check = {
  name: "publish",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "lucent-pack-"));
    try {
      const names = [...packageNames(await listFiles())];
      const findings: string[] = [];
      const work = async (): Promise<void> => {
        for (let name = names.shift(); name !== undefined; name = names.shift())
          findings.push(...(await packageProblems(name, join(folder, name))));
      };
      await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
      return findings.toSorted();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function packageProblems(name: string, destination: string): Promise<readonly string[]> {
  const source = `${root}packages/${name}`;
  const built = await access(`${source}/dist/index.js`).then(
    () => true,
    () => false,
  );
  if (!built) return [`packages/${name}: not built; run \`pnpm build\` first`];
  const packed = await run([...pnpm(), "pack", "--pack-destination", destination], source);
  const [file] = packed.ok ? await readdir(destination) : [];
  if (file === undefined) return [`packages/${name}: pnpm pack failed: ${packed.output}`];
  const tarball = join(destination, file);
  const attw = ["--profile", "esm-only", "--no-emoji", "--no-color", "--format", "ascii"];
  const [listed, publint, types] = await Promise.all([
    run(["tar", "-tzf", tarball]),
    run([program("publint"), "run", "--strict", tarball]),
    run([program("attw"), tarball, ...attw]),
  ]);
  const files = listed.output.split("\n").map((line) => line.trim().replace(/^package\//, ""));
  const problems = [
    ...wanted.filter((each) => !files.includes(each)).map((each) => `the tarball lacks ${each}`),
    ...files.filter((each) => each !== "" && unwanted.test(each)).map((each) => `the tarball holds ${each}`),
    ...staleProblems(files),
    ...(publint.ok ? [] : [`publint: ${indented(publint.output)}`]),
    ...(types.ok ? [] : [`attw: ${indented(types.output)}`]),
  ];
  return problems.map((problem) => `packages/${name}: ${problem}`);
}

/** A build that is older than the sources shows in files without a counterpart. */
function staleProblems(files: readonly string[]): readonly string[] {
  const stem = (each: string): string => each.replace(/^(?:src|dist)\//, "").replace(/\.[jt]s$/, "");
  const sources = files.filter((each) => /^src\/.*\.ts$/.test(each)).map(stem);
  const built = files.filter((each) => /^dist\/.*\.js$/.test(each)).map(stem);
  return [
    ...sources.filter((each) => !built.includes(each)).map((each) => `src/${each}.ts is not built`),
    ...built.filter((each) => !sources.includes(each)).map((each) => `dist/${each}.js has no source`),
  ];
}

/** The pnpm that runs this script, or the one that the workspace asks for where something else runs it. */
function pnpm(): readonly string[] {
  const path = process.env["npm_execpath"];
  if (path === undefined || !/pnpm[^/\\]*$/.test(path)) return ["npx", "-y", "pnpm@12"];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}

function indented(output: string): string {
  return output.trim().replaceAll("\n", "\n    ");
}
