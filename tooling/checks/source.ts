import { bans, hits } from "./bans.ts";
import { type Check, listFiles, readText } from "./repository.ts";
import { lineAt, scan } from "./scan.ts";

const binary = /\.(?:png|jpe?g|gif|webp|ico|woff2?|pdf|zip|gz|tgz)$/;

/** What no file may say: see `bans.ts`. */
export const source: Check = {
  name: "source",
  async run() {
    const files = (await listFiles()).filter((file) => !binary.test(file));
    const found = await Promise.all(files.map(async (file) => sourceProblems(file, await readText(file))));
    return found.flat();
  },
};

/** Every ban that fires in one file, as `file:line: what: instead`. */
function sourceProblems(file: string, text: string): readonly string[] {
  const asked = bans.filter((ban) => ban.files.test(file) && !ban.allowed.some(([path]) => path.test(file)));
  if (asked.length === 0) return [];
  const taken = /\.[cm]?[jt]sx?$/.test(file) ? scan(text) : { code: text, literals: [], comments: [] };
  return asked.flatMap((ban) =>
    hits(ban, text, taken).map(
      ({ offset, found }) => `${file}:${lineAt(text, offset)}: ${ban.name}: ${found.trim()} (${ban.instead})`,
    ),
  );
}
