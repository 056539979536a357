import type { CollectionModel, FieldModel } from "../contract/model.ts";
import { allOf, anyOf, complement, everything, type Filter } from "../filter/tree.ts";
import { type FieldMap, noViews, type View, type Views } from "../filter/view.ts";
import type { Principal } from "./principal.ts";
import type { Question, RuleAsker, Verdict } from "./rules.ts";

/** Rows that are not deleted. */
export function liveRows({ deletedAt }: CollectionModel): Filter {
  if (deletedAt === undefined) return everything;
  return { kind: "existence", field: deletedAt, path: [], exists: false };
}

const noConditions: View["conditional"] = new Map();

/** What the engine itself may name: every field but passwords, of every row that is not deleted. */
export function systemViews(collections: ReadonlyMap<string, CollectionModel>): Views {
  return new Map([...collections].map(([slug, model]) => [slug, systemView(model)]));
}

function systemView(model: CollectionModel): View {
  const fields = new Map([...model.fields].filter(([, { kind }]) => kind !== "password"));
  return { model, rows: liveRows(model), withDeleted: everything, fields, conditional: noConditions };
}

type Rows = Pick<View, "rows" | "withDeleted">;

/** What one caller may read, asked once for each collection of a request. */
export interface Viewer {
  /** `undefined` where the read rule denies. */
  view(model: CollectionModel): View | undefined | Promise<View | undefined>;
  /** The same for one document, which the rules are told. They may say yes to it alone, so it is nobody else's view. */
  one(model: CollectionModel, id: string): View | undefined | Promise<View | undefined>;
  /** The views of several collections; those that may not be read are left out. */
  views(models: ReadonlySet<CollectionModel>): Views | Promise<Views>;
}

/** Makes viewers. */
export function viewers(asker: RuleAsker, system: Views): (principal: Principal) => Viewer {
  async function askFields(question: Question, rows: Rows): Promise<View> {
    const { model } = question;
    const fields = new Map<string, FieldModel>();
    const conditional = new Map<FieldModel, Filter>();
    for (const field of model.fields.values()) {
      if (field.hidden) continue;
      const verdict = await fieldVerdict(asker, field, question);
      if (verdict?.kind === "everything") fields.set(field.name, field);
      else if (verdict !== undefined) conditional.set(field, verdict);
    }
    return { model, ...rows, fields, conditional };
  }

  function viewOf(question: Question): View | undefined | Promise<View | undefined> {
    const { model, principal } = question;
    if (principal.system) return system.get(model.slug);
    const finish = (verdict: Verdict): View | undefined | Promise<View> => {
      if (verdict === undefined) return undefined;
      const rows = { rows: allOf([liveRows(model), verdict]), withDeleted: verdict };
      const plain = plainFields(model);
      return plain === undefined
        ? askFields(question, rows)
        : { model, ...rows, fields: plain, conditional: noConditions };
    };
    const verdict = asker.ask(model.access.read, question);
    return verdict instanceof Promise ? verdict.then(finish) : finish(verdict);
  }

  return (principal) => {
    const known = new Map<CollectionModel, View | undefined | Promise<View | undefined>>();
    const view = (model: CollectionModel): View | undefined | Promise<View | undefined> => {
      if (known.has(model)) return known.get(model);
      const found = viewOf({ model, operation: "read", id: undefined, principal });
      known.set(model, found);
      return found;
    };
    return {
      view,
      one: (model, id) => viewOf({ model, operation: "read", id, principal }),
      views: (models) => (models.size === 0 ? noViews : gather(models, view)),
    };
  };
}

async function gather(models: ReadonlySet<CollectionModel>, view: Viewer["view"]): Promise<Views> {
  const found = new Map<string, View>();
  for (const model of models) {
    const seen = await view(model);
    if (seen !== undefined) found.set(model.slug, seen);
  }
  return found;
}

const plain = new WeakMap<CollectionModel, FieldMap | { readonly none: true }>();

/** The readable fields of a collection none of whose fields has a read rule: the same map each time. */
function plainFields(model: CollectionModel): FieldMap | undefined {
  const found = plain.get(model) ?? findPlain(model);
  plain.set(model, found);
  return "none" in found ? undefined : found;
}

function findPlain(model: CollectionModel): FieldMap | { readonly none: true } {
  const fields = [...model.fields.values()];
  const isRuled = fields.some(
    (field) => field === model.deletedAt || field.definition?.access?.read !== undefined,
  );
  if (isRuled) return { none: true };
  return new Map(fields.filter(({ hidden }) => !hidden).map((field) => [field.name, field]));
}

/** `deletedAt` is for those who may ask for deleted documents; every other field has a rule of its own, or none. */
export function fieldVerdict(
  asker: RuleAsker,
  field: FieldModel,
  question: Question,
): Verdict | Promise<Verdict> {
  const { model } = question;
  if (field === model.deletedAt) return asker.ask(model.access.readDeleted, question);
  return asker.askField(field.definition?.access?.read, field, question);
}

/**
 * The rows of a list that shows deleted documents: of what the caller may read, those too that it may see deleted.
 * @param deleted What the rule for deleted documents lets through.
 */
export function trashedRows(view: View, mode: "with" | "only", deleted: Filter): Filter {
  const gone = allOf([complement(liveRows(view.model)), deleted, view.withDeleted]);
  return mode === "only" ? gone : anyOf([view.rows, gone]);
}
