import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { probes } from "./probes.ts";
import { type Check, program, root, run } from "./repository.ts";

interface Report {
  readonly place: string;
  readonly rule: string;
}

/**
 * Proves that the lint rules fire: an override replaces a rule whole, so one edit of `.oxlintrc.json` can silence a
 * guard without any sign. Plants `probes` in an empty tree with the real configuration and compares.
 */
export const guards: Check = {
  name: "guards",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "lucent-guards-"));
    try {
      await plant(folder);
      const { output } = await run(
        [program("oxlint"), "--type-aware", "--format", "unix", "--no-ignore"],
        folder,
        // oxlint looks for its type-aware half on the PATH when the folder has no node_modules.
        { PATH: `${root}node_modules/.bin${delimiter}${process.env["PATH"] ?? ""}` },
      );
      const expected = Object.entries(probes).flatMap(([file, text]) => expectations(file, text));
      const rules = new Set(expected.map(({ rule }) => rule));
      return differences(
        expected,
        reports(output).filter(({ rule }) => rules.has(rule)),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function plant(folder: string): Promise<void> {
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    module: "NodeNext",
    types: [],
    noEmit: true,
  };
  await copyFile(`${root}.oxlintrc.json`, join(folder, ".oxlintrc.json"));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["."] }));
  for (const [file, text] of Object.entries(probes)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

function expectations(file: string, text: string): readonly Report[] {
  return text.split("\n").flatMap((line, index) => {
    const rule = /\/\/! (\S+)$/.exec(line)?.[1];
    return rule === undefined ? [] : [{ place: placeOf(file, index + 1, rule), rule }];
  });
}

function reports(output: string): readonly Report[] {
  return output.split("\n").flatMap((line) => {
    const [, file = "", number = "", rule = ""] = /^(\S+?):(\d+):\d+: .*\((\S+)\)\]$/.exec(line) ?? [];
    return rule === "" ? [] : [{ place: placeOf(file, Number(number), rule), rule }];
  });
}

/** The size of a file has no line of its own. */
function placeOf(file: string, line: number, rule: string): string {
  return rule === "max-lines" || rule === "filename-case" ? file : `${file}:${line}`;
}

function differences(expected: readonly Report[], found: readonly Report[]): readonly string[] {
  const has = (list: readonly Report[], { place, rule }: Report): boolean =>
    list.some((each) => each.place === place && each.rule === rule);
  const silent = expected.filter((each) => !has(found, each));
  const wrong = found.filter((each) => !has(expected, each));
  return [
    ...silent.map(({ place, rule }) => `.oxlintrc.json: ${rule} does not fire on the probe ${place}`),
    ...wrong.map(
      ({ place, rule }) => `.oxlintrc.json: ${rule} fires on the probe ${place}, which is allowed`,
    ),
  ];
}
