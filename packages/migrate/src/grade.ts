import { allowed, type Context, type GradeWorld, nothing, refused, type Verdict } from "./grade/context.ts";
import { dependants } from "./grade/dependants.ts";
import { gradeForeignKey, gradeLinks } from "./grade/foreign-keys.ts";
import { functionWarnings } from "./grade/functions.ts";
import { gradeCheck, gradeIndex } from "./grade/indexes.ts";
import { gradeOrphanColumn, gradeOrphanTable } from "./grade/orphans.ts";
import { preflight } from "./grade/preflight.ts";
import { privileges } from "./grade/privileges.ts";
import { identities } from "./grade/replica-identity.ts";
import { gradeDropDefault, gradeFill, gradeNewColumn, gradeNotNull } from "./grade/required.ts";
import { numberOf } from "./grade/rows.ts";
import { gradeContract, gradeExpand, gradeType } from "./grade/types.ts";
import { gradeValidate } from "./grade/validate.ts";
import type { Change, Difference } from "./model/change.ts";
import { countLimit, type Graded } from "./model/graded.ts";
import { identifier } from "./quote.ts";

/**
 * Decides for each change whether it may be made, and how: asks the rows what they have against it, the catalogue what
 * depends on it, and the session what it may do. Changes nothing. Rows are counted, and no value leaves the server.
 * @param world Its runner must be in a read-only snapshot with the settings of `makePlan`.
 */
export async function grade(difference: Difference, world: GradeWorld): Promise<Graded> {
  if (difference.changes.length === 0) return nothing;
  const context: Context = {
    ...world,
    difference,
    values: new Map(),
    unsettled: new Set(),
    sizes: new Map(),
  };
  const before = [...preflight(difference, world), ...(await privileges(context))];
  // Questions about rows that the role can't see would fail, and take the transaction with them.
  if (before.some(({ code }) => code === "NO_PRIVILEGE"))
    return { ...refused(...before, ...stated(difference)) };
  const graded = merged(await verdicts(context));
  return merged([
    refused(...before),
    graded,
    refused(...(await dependants(context, graded)), ...(await identities(context))),
    { ...nothing, warnings: await functionWarnings(context) },
  ]);
}

function stated({ changes }: Difference): Verdict["refusals"] {
  return changes.flatMap((change) => (change.kind === "refuse" ? [change.refusal] : []));
}

function merged(parts: readonly Verdict[]): Graded {
  return {
    changes: parts.flatMap(({ changes }) => changes),
    refusals: parts.flatMap(({ refusals }) => refusals),
    warnings: parts.flatMap(({ warnings }) => warnings),
  };
}

/** Types first, then what fills columns, because the questions after them are about the values that will be there. */
async function verdicts(context: Context): Promise<readonly Verdict[]> {
  const { changes } = context.difference;
  const found = new Map<Change, Verdict>();
  for (const isTurn of turns) {
    for (const change of changes) {
      if (!found.has(change) && isTurn(change.kind)) found.set(change, await verdict(context, change));
    }
  }
  return changes.map((change) => found.get(change) ?? nothing);
}

const turns: readonly ((kind: Change["kind"]) => boolean)[] = [
  (kind) => kind === "changeType" || kind === "expand",
  (kind) => kind === "fillColumn" || kind === "setNotNull",
  () => true,
];

async function verdict(context: Context, change: Change): Promise<Verdict> {
  switch (change.kind) {
    case "refuse":
      return countedRefusal(context, change);
    case "addColumn":
      return gradeNewColumn(context, change);
    case "fillColumn":
      return gradeFill(context, change);
    case "changeType":
      return gradeType(context, change);
    case "setNotNull":
      return gradeNotNull(context, change);
    case "createIndex":
    case "replaceIndex":
      return gradeIndex(context, change);
    case "addCheck":
    case "replaceCheck":
      return gradeCheck(context, change);
    case "addForeignKey":
    case "replaceForeignKey":
      return gradeForeignKey(context, change);
    case "validate":
      return gradeValidate(context, change);
    case "fillLinks":
      return gradeLinks(context, change);
    case "orphanColumn":
      return gradeOrphanColumn(context, change);
    case "orphanTable":
      return gradeOrphanTable(context, change);
    case "expand":
      return gradeExpand(context, change);
    case "contract":
      return gradeContract(context, change);
    case "dropDefault":
      return gradeDropDefault(change);
    case "createSchema":
    case "createTable":
    case "renameTable":
    case "renameColumn":
    case "renameObject":
    case "adopt":
    case "dropNotNull":
    case "setDefault":
    case "dropIndex":
    case "dropConstraint":
    case "endSync":
      return allowed({ change, hazard: "safe", rows: undefined, online: false });
  }
}

async function countedRefusal(
  context: Context,
  { refusal, count }: Extract<Change, { readonly kind: "refuse" }>,
): Promise<Verdict> {
  if (count === undefined) return refused(refusal);
  const from = `${identifier(context.live.schema)}.${identifier(count.table)}`;
  const filled = count.column === undefined ? "" : ` where r.${identifier(count.column)} is not null`;
  const rows = await numberOf(context, `select from ${from} r${filled} limit ${countLimit}`);
  return refused({ ...refusal, count: rows });
}
