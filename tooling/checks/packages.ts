import { manifestProblems } from "./manifest.ts";
import { type Check, listFiles, packageNames, parseObject, readText } from "./repository.ts";

const topLevel: ReadonlySet<string> = new Set([
  "packages",
  "apps",
  "tooling",
  "docs",
  "turbo.json",
  "package.json",
  "pnpm-workspace.yaml",
  "pnpm-lock.yaml",
  "tsconfig.base.json",
  "README.md",
  "LICENSE",
]);

const inPackage: ReadonlySet<string> = new Set([
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
  "api.txt",
  "src",
  "test",
  "bench",
]);

const required: readonly string[] = [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "LICENSE",
  "src/index.ts",
];

const configs: Readonly<Record<string, string>> = {
  "tsconfig.json": '{ "extends": "../../tsconfig.base.json", "include": ["src", "test", "bench"] }',
  "tsconfig.build.json": '{ "extends": ["./tsconfig.json", "../../tooling/tsconfig.build.json"] }',
};

const drawers = /^(utils?|helpers?|commons?|shared|misc|lib)$/i;

/** Where files may lie, and what every package.json looks like. */
export const packages: Check = {
  name: "packages",
  async run() {
    const files = await listFiles();
    const names = packageNames(files);
    const perPackage = await Promise.all(names.map((name) => packageProblems(name, files)));
    const versions = new Set(await Promise.all(names.map(version)));
    const apart =
      versions.size > 1
        ? [`packages/*: versions differ: ${[...versions].join(" ")}; they move together`]
        : [];
    return [...treeProblems(files), ...perPackage.flat(), ...apart];
  },
};

/** Problems of names and places: the top level, the depth of `src`, drawers without a subject. */
function treeProblems(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const segments = file.split("/");
    const [top = "", name, ...below] = segments;
    const problems: string[] = [];
    if (!topLevel.has(top) && !top.startsWith("."))
      problems.push(`${file}: not on the list of the top level`);
    if (segments.some((segment) => drawers.test(segment.replace(/\..*$/, ""))))
      problems.push(`${file}: name it after the thing it is`);
    if (top === "packages" && name !== undefined && !inPackage.has(below[0] ?? ""))
      problems.push(`${file}: a package holds only ${[...inPackage].join(" ")}`);
    if (top === "packages" && below[0] === "src" && below.length > 4)
      problems.push(`${file}: src is at most two folders deep`);
    return problems;
  });
}

async function packageProblems(name: string, files: readonly string[]): Promise<readonly string[]> {
  const folder = `packages/${name}`;
  const missing = required.filter((file) => !files.includes(`${folder}/${file}`));
  if (missing.length > 0) return missing.map((file) => `${folder}/${file}: missing`);
  const manifest = parseObject(await readText(`${folder}/package.json`)) ?? {};
  const shape = manifestProblems(name, manifest).map((problem) => `${folder}/package.json: ${problem}`);
  const license = (await readText(`${folder}/LICENSE`)) === (await readText("LICENSE"));
  const texts = await Promise.all(
    Object.entries(configs).map(async ([file, text]) =>
      (await readText(`${folder}/${file}`)).trim() === text ? [] : [`${folder}/${file}: must be ${text}`],
    ),
  );
  return [
    ...shape,
    ...texts.flat(),
    ...(license ? [] : [`${folder}/LICENSE: differs from the one at the root`]),
  ];
}

async function version(name: string): Promise<string> {
  return String(parseObject(await readText(`packages/${name}/package.json`))?.["version"]);
}
