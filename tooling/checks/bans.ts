import type { Scan } from "./scan.ts";

/** A pattern that may not appear, the files it may still appear in, and why. */
export interface Ban {
  readonly name: string;
  /** What of the file is searched. */
  readonly where: "code" | "literals" | "comments" | "text";
  readonly pattern: RegExp;
  /** Which files are searched, by path. */
  readonly files: RegExp;
  /** Where it is allowed: path pattern and reason. */
  readonly allowed: readonly (readonly [path: RegExp, reason: string])[];
  readonly instead: string;
}

/** One place where a ban fires. */
export interface Hit {
  readonly offset: number;
  readonly found: string;
}

const sources = /^packages\/[^/]+\/src\/.*\.ts$/;
const scripts = /^(?:packages|apps|tooling)\/.*\.[cm]?[jt]sx?$/;
const everything = /^(?!pnpm-lock\.yaml$).*/;

const statement =
  /^["'\s]*(?:select\s[\s\S]*(?:\sfrom\s|\(|\$)|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(?:create|alter|drop)\s+(?:or\s+replace\s+|unique\s+)*(?:table|index|schema|extension|function|trigger|type|sequence|database|role|view)\s|truncate\s|with\s+\S+\s+as\s*\()/i;

/** Everything that `source` refuses. */
export const bans: readonly Ban[] = [
  {
    name: "bare Error",
    where: "code",
    pattern: /\bnew (?:Error|AggregateError|RangeError|EvalError)\(|\bthrow Error\(/g,
    files: sources,
    allowed: [],
    instead: "LucentError for bad input, BootError for a wrong configuration, TypeError for misuse",
  },
  {
    name: "disabled rule without a reason",
    where: "comments",
    pattern: /^\/[/*]\s*(?:oxlint|eslint)-disable(?!.* -- \S)/g,
    files: scripts,
    allowed: [],
    instead: "say why: `-- reason`",
  },
  {
    name: "expected type error without a reason",
    where: "comments",
    pattern: /^\/[/*]\s*@ts-(?:expect-error(?!.*\w{3})|ignore|nocheck)/g,
    files: scripts,
    allowed: [],
    instead: "`@ts-expect-error` with the reason behind it",
  },
  {
    name: "unfinished work",
    where: "text",
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/g,
    files: everything,
    allowed: [
      [/^tooling\/checks\/bans\.ts$/, "names what it refuses"],
      [/^\.oxlintrc\.json$/, "names what it refuses"],
    ],
    instead: "finish it, or describe the limit in the README",
  },
  {
    name: "raw SQL",
    where: "code",
    pattern: /\bsql\s*\.\s*(?:raw|unsafe)\b|\.unsafe\(/g,
    files: sources,
    allowed: [
      [/^packages\/core\/src\/postgres\//, "runs the statements that sql/ wrote; values travel apart"],
    ],
    instead: "a Statement with its values apart, run by the Database port",
  },
  {
    name: "SQL outside sql/",
    where: "literals",
    pattern: statement,
    files: sources,
    allowed: [
      [/^packages\/[^/]+\/src\/sql\//, "the one place"],
      [
        /^packages\/migrate\/src\/(?:catalog|grade|type-changes|render|apply|data|verify)\//,
        "a stage of a migration",
      ],
      [
        /^packages\/migrate\/src\/(?:introspect|grade|type-changes|render|bookkeeping|apply|plan|verify)\.ts$/,
        "a stage of a migration",
      ],
      [/^packages\/queue\/src\/outbox\.ts$/, "the outbox is a statement"],
      [/^packages\/core\/src\/testing\//, "creates and drops test databases"],
    ],
    instead: "move the statement into sql/",
  },
  {
    name: "request read outside http/",
    where: "code",
    pattern:
      /\b(?:request|req)\s*\.\s*(?:url|headers|json|text|formData|arrayBuffer|body)\b|\.headers\.get\(|\bURLSearchParams\b/g,
    files: sources,
    allowed: [
      [/^packages\/core\/src\/http\//, "the one place"],
      [/^packages\/core\/src\/elysia\.ts$/, "hands the request over"],
      [/^packages\/core\/src\/testing\//, "builds requests"],
      [/^packages\/auth\/src\/credential\//, "credential readers"],
      [/^packages\/openapi\/src\/serve\//, "whether a client has the file already, and how it may be packed"],
    ],
    instead: "let http/ read it once and pass the value on",
  },
  {
    name: "token outside its reader",
    where: "code",
    pattern: /\b(?:jwtVerify|SignJWT)\b/g,
    files: sources,
    allowed: [[/^packages\/auth\/src\/credential\/access-token\.ts$/, "the one place"]],
    instead: "auth's credential/access-token.ts",
  },
  {
    name: "secret compared in variable time",
    where: "code",
    pattern: /\b\w*(?:token|hash|digest|signature|hmac)\s*[!=]==(?!\s*(?:undefined|null|void)\b)/gi,
    files: sources,
    allowed: [],
    instead: "timingSafeEqual from node:crypto",
  },
  {
    name: "regular expression from a value",
    where: "code",
    pattern: /\bnew RegExp\(/g,
    files: sources,
    allowed: [
      [/^packages\/core\/src\/blueprint\//, "a field's `pattern`, written by the application's author"],
      [/^packages\/openapi\/src\/document\/examples\.ts$/, "the same, for a text that fits it"],
    ],
    instead: "a literal; text of a client never becomes a pattern",
  },
  {
    name: "access rules skipped",
    where: "code",
    pattern: /\boverrideAccess\b/g,
    files: sources,
    allowed: [],
    instead: "call as a user that may",
  },
  {
    name: "export *",
    where: "code",
    pattern: /\bexport\s*\*/g,
    files: scripts,
    allowed: [],
    instead: "spell the names out",
  },
  {
    name: "machine path",
    where: "text",
    pattern: /(?<![\w./:-])(?:\/(?:root|home|Users|work|workspace|workspaces|mnt)\/\w|[A-Z]:\\\\?[A-Z])/g,
    files: everything,
    allowed: [[/^tooling\/checks\/bans\.ts$/, "names what it refuses"]],
    instead: "a path relative to the file, or os.tmpdir()",
  },
  {
    name: "registry host",
    where: "text",
    pattern:
      /\bregistry\.\w[\w-]*\.\w|\bnpmjs\.(?:org|com)\b|\bnpmmirror\b|\bdeb\.debian\.org\b|\bpypi\.org\b|\b(?:artifactory|verdaccio)\b/gi,
    files: /.*/,
    allowed: [[/^tooling\/checks\/bans\.ts$/, "names what it refuses"]],
    instead: "the registry that the machine is set up for",
  },
];

/** Where a ban fires in a file, its allow list aside. */
export function hits(ban: Ban, text: string, taken: Scan): readonly Hit[] {
  if (ban.where === "literals" || ban.where === "comments") {
    return taken[ban.where].flatMap((literal) => {
      const whole = literal.text + (literal.continued ? "$" : "");
      return whole.search(ban.pattern) < 0
        ? []
        : [{ offset: literal.start, found: whole.trim().slice(0, 40) }];
    });
  }
  const searched = ban.where === "code" ? taken.code : text;
  return [...searched.matchAll(ban.pattern)].map((match) => ({ offset: match.index, found: match[0] }));
}
