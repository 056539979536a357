import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { repository } from "../../services/places.ts";
import type { Document } from "./markdown.ts";
import { shellCommands } from "./shell.ts";

/** Programs that a reader's machine brings along. */
const programs: ReadonlySet<string> = new Set(
  "cat cd cp createdb curl docker echo export grep head mkdir openssl psql".split(" "),
);
const installers: ReadonlySet<string> = new Set(["add", "i", "install"]);
const shells: ReadonlySet<string> = new Set(["sh", "bash"]);

/** What is wrong with the commands in a document's shell blocks. */
export function commandProblems(document: Document): readonly string[] {
  return document.blocks
    .filter(({ language }) => shells.has(language))
    .flatMap(({ code, line }) =>
      shellCommands(code).flatMap((words) =>
        wordsProblems(words, document).map(
          (problem) => `${document.path}:${line}: \`${words.join(" ")}\`: ${problem}`,
        ),
      ),
    );
}

type Words = readonly string[];

function wordsProblems([program = "", ...args]: Words, document: Document): Words {
  switch (program) {
    case "lucent":
      return lucentProblems(args);
    case "npx":
    case "bunx":
      return packageProblems(withoutFlags(args), document);
    case "pnpm":
    case "npm":
      return runnerProblems(args, document);
    case "bun":
      return installers.has(args[0] ?? "")
        ? installProblems(args.slice(1))
        : fileProblems(
            args.filter((word) => word !== "run"),
            document,
          );
    case "node":
      return fileProblems(args, document);
    default:
      return programs.has(program) ? [] : [`${program} is no known program`];
  }
}

function withoutFlags(args: Words): Words {
  const first = args.findIndex((word) => !word.startsWith("-"));
  return first === -1 ? [] : args.slice(first);
}

function packageProblems([name = "", ...args]: Words, document: Document): Words {
  if (/^pnpm(?:@\d+)?$/.test(name)) return runnerProblems(args, document);
  if (name === "lucent") return lucentProblems(args);
  return installProblems([name]).length === 0 ? [] : [`npx runs ${name}, which is not ours`];
}

function runnerProblems(args: Words, { path }: Document): Words {
  const [name = "", ...rest] = withoutFlags(args).filter((word, at) => at > 0 || word !== "run");
  if (installers.has(name)) return installProblems(rest);
  if (name === "lucent") return lucentProblems(rest);
  const manifests = ["package.json", join(dirname(path), "package.json")];
  const known = manifests.flatMap((manifest) => Object.keys(scriptsOf(manifest)));
  if (!known.includes(name)) return [`there is no script "${name}"`];
  return rest
    .filter((word) => /^(?:apps|docs|packages|tooling)\//.test(word) && !existsSync(join(repository, word)))
    .map((word) => `${word} does not exist`);
}

function scriptsOf(manifest: string): object {
  const file = join(repository, manifest);
  if (!existsSync(file)) return {};
  const { scripts } = JSON.parse(readFileSync(file, "utf8")) as { readonly scripts?: object };
  return scripts ?? {};
}

const workspace = readFileSync(join(repository, "pnpm-workspace.yaml"), "utf8");
const ours = globSync("packages/*", { cwd: repository }).map((folder) =>
  folder.replace(/^packages./, "@lucent/"),
);

/** A package that the workspace itself installs is one that exists. */
function installProblems(args: Words): Words {
  const names = args.filter((word) => !word.startsWith("-")).map((word) => word.replace(/(?<=.)@.*$/, ""));
  return names
    .filter((name) => !ours.includes(name) && !new RegExp(`^ +"?${name}"?: \\d`, "m").test(workspace))
    .map((name) => `${name} is no package that this repository knows`);
}

/** A program file is another block of the document, or a file of the repository. */
function fileProblems(args: Words, { path, blocks }: Document): Words {
  const [file] = withoutFlags(args);
  if (file === undefined) return args.length === 0 ? ["which file?"] : [];
  const places = [join(repository, file), join(repository, dirname(path), file)];
  const isKnown = blocks.some((block) => block.file === file) || places.some((place) => existsSync(place));
  return isKnown ? [] : [`there is no ${file}`];
}

const helps = new Map<string, string>();

/** What the command says about itself, with the plugins of the example. */
function helpOf(args: Words): string {
  const key = args.join(" ");
  const binary = join(repository, "packages/cli/src/bin.ts");
  const text =
    helps.get(key) ??
    execFileSync(process.execPath, ["--conditions=lucent-source", binary, ...args, "--help"], {
      cwd: join(repository, "apps/example"),
      encoding: "utf8",
    });
  helps.set(key, text);
  return text;
}

function lucentProblems(args: Words): Words {
  const known = [...helpOf([]).matchAll(/^ {2}(\S+) {2}/gm)].map(([, name]) => name);
  const own = ["--config", "--help", "--version"];
  const words = args.filter((_, at) => args[at - 1] !== "--config");
  const name = words.find((word) => !word.startsWith("-"));
  if (name !== undefined && !known.includes(name)) return [`there is no command "${name}"`];
  const help = name === undefined ? "" : helpOf([name]);
  return words
    .filter((word) => word.startsWith("-") && !own.includes(word) && !help.includes(word))
    .map((word) => `there is no option ${word}`);
}
