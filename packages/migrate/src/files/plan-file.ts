import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

import { sha256, stepHash } from "../hash.ts";
import { type Decisions, noDecisions } from "../model/decisions.ts";
import type { Plan } from "../model/plan.ts";
import { refusedFile } from "./refused-file.ts";

/** What is written about a plan. */
export interface PlanContent {
  readonly plan: Plan;
  readonly decisions: Decisions;
  /** `server_version_num` of the server that it was made from. */
  readonly server: number;
}

/** A plan that was written down for review, as far as it is needed again: nothing of it is ever run. */
export interface PlanFile {
  /** The path that it was read from, for messages. */
  readonly path: string;
  readonly schema: string;
  readonly configuration: string;
  readonly steps: readonly PlannedStep[];
  readonly decisions: PlanDecisions;
}

/** One step of it. */
export interface PlannedStep {
  readonly kind: string;
  readonly object: string;
  readonly title: string;
  readonly hash: string;
}

/** What was decided when it was made. Conversions stay in the configuration. */
export type PlanDecisions = Omit<Decisions, "conversions">;

const format = 1;

/** Writes a plan as JSON: for people to read, and for `lucent migrate apply` as consent to exactly these steps. */
export async function writePlanFile(path: string, content: PlanContent): Promise<void> {
  const body = bodyOf(content);
  const text = { ...body, createdAt: new Date().toISOString(), hash: hashOf(body) };
  await writeFile(path, `${JSON.stringify(text, undefined, 2)}\n`);
}

function bodyOf({ plan, decisions, server }: PlanContent) {
  const { schema, configuration, groups, warnings } = plan;
  return {
    format,
    engine: ownVersion(),
    schema,
    server,
    configuration,
    groups: groups.map(({ mode, steps }) => ({
      mode,
      steps: steps.map((step) => ({ ...step, hash: stepHash(step) })),
    })),
    warnings,
    decisions: {
      dropOrphaned: decisions.dropOrphaned,
      drop: [...decisions.drop].toSorted(),
      rewrite: [...decisions.rewrite].toSorted(),
      backfill: [...decisions.backfill].toSorted(),
      expand: [...decisions.expand].toSorted(),
      contract: decisions.contract,
    },
  };
}

function hashOf(body: unknown): string {
  return sha256(JSON.stringify(body));
}

function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const manifest = parsed(text);
  return isObject(manifest) ? String(manifest["version"]) : "unknown";
}

/**
 * Reads a plan file.
 * @throws FileRefused when it is none, when it is of another format, or when it was changed by hand.
 */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const read = parsed(await readFile(path, "utf8"));
  if (!isObject(read)) throw refusedFile(path, "is no plan file.");
  const { createdAt: _, hash, ...body } = read;
  if (body["format"] !== format) throw refusedFile(path, "is no plan file of this version: make it again.");
  if (hashOf(body) !== hash) throw refusedFile(path, "was changed after it was made: make it again.");
  const { schema, configuration, groups, decisions } = body;
  if (typeof schema !== "string" || typeof configuration !== "string" || !isObject(decisions))
    throw refusedFile(path, "is incomplete: make it again.");
  return {
    path,
    schema,
    configuration,
    steps: list(groups)
      .flatMap((group) => (isObject(group) ? list(group["steps"]) : []))
      .map((step) => plannedStep(step, path)),
    decisions: planDecisions(decisions),
  };
}

function plannedStep(step: unknown, path: string): PlannedStep {
  if (!isObject(step)) throw refusedFile(path, "is incomplete: make it again.");
  const [kind, object, title, hash] = ["kind", "object", "title", "hash"]
    .map((member) => step[member])
    .filter(isText);
  if (kind === undefined || object === undefined || title === undefined || hash === undefined)
    throw refusedFile(path, "is incomplete: make it again.");
  return { kind, object, title, hash };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function planDecisions(read: Readonly<Record<string, unknown>>): PlanDecisions {
  const { conversions: _, ...none } = noDecisions;
  return {
    ...none,
    dropOrphaned: read["dropOrphaned"] === true,
    drop: names(read["drop"]),
    rewrite: names(read["rewrite"]),
    backfill: names(read["backfill"]),
    expand: names(read["expand"]),
    contract: read["contract"] === true,
  };
}

function names(value: unknown): ReadonlySet<string> {
  return new Set(list(value).filter(isText));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    // oxlint-disable-next-line no-restricted-properties -- every member is checked before it is used
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
