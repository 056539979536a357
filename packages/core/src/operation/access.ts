import type { Data } from "../body/settle.ts";
import type { ReferenceInput } from "../body/store.ts";
import type { Logger } from "../contract/logger.ts";
import type { CollectionModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { nothingPopulated } from "../filter/populate.ts";
import { allShown } from "../filter/select.ts";
import { documentShape, type DocumentShape } from "../filter/shape.ts";
import { allOf, everything, type Filter, nothing } from "../filter/tree.ts";
import type { View } from "../filter/view.ts";
import type { References } from "../sql/select.ts";
import type { Call, Principal } from "./principal.ts";
import { type RuleAsker, ruleAsker, type Verdict } from "./rules.ts";
import type {
  CountInput,
  CreateInput,
  DeleteInput,
  ListInput,
  OneInput,
  UpdateInput,
  Valid,
} from "./valid.ts";
import { liveRows, systemViews, trashedRows, type Viewer, viewers } from "./views.ts";

type WriteInput = CreateInput | UpdateInput;
type ReadInput = ListInput | CountInput | OneInput;

declare const permitted: unique symbol;
declare const allowed: unique symbol;

/** The operation's own rule was asked and did not deny. Made by `permit` alone. */
export interface Permit {
  readonly [permitted]: true;
  readonly call: Call;
  /** The rows that the rule lets through, deleted ones left out. */
  readonly rows: Filter;
  /** The same without a look at deletion, which no body can change. */
  readonly image: Filter;
  /** What the caller may read of the collection; `undefined` where that is nothing. */
  readonly view: View | undefined;
  readonly viewer: Viewer;
}

/** A valid request with every row filter that applies to it. Made by `access` alone; `query` takes nothing else. */
export interface Allowed<V extends Valid = Valid> {
  readonly [allowed]: true;
  readonly model: CollectionModel;
  readonly principal: Principal;
  readonly input: V;
  /** The rows that the operation may touch: the rule's, and the caller's own filter. */
  readonly rows: Filter;
  /** The rule's rows alone: what the new image of a written row must match. */
  readonly image: Filter;
  readonly view: View | undefined;
  /** What the answer shows, to its last field. */
  readonly shape: DocumentShape;
}

/** A write with the references that it makes: the caller must be able to read each target. */
export interface AllowedWrite extends Allowed<WriteInput> {
  readonly references: readonly (References & { readonly paths: ReadonlyMap<string, readonly string[]> })[];
}

/** The one evaluator of access rules. */
export interface AccessEvaluator {
  /** Asks the operation's rule. @throws LucentError `UNAUTHENTICATED` or `FORBIDDEN` when it denies. */
  permit(call: Call): Promise<Permit>;
  /** Joins the rule's rows to a checked read. @throws LucentError as `permit`, where deleted documents are asked for. */
  allow<V extends ReadInput>(permit: Permit, input: V): Promise<Allowed<V>>;
  /** The same for a delete. */
  allowDelete(permit: Permit, input: DeleteInput): Allowed<DeleteInput>;
  /**
   * The same for a write, whose references must lead to what the caller may read.
   * @param sent The caller's own body, where hooks may have changed it: what they refer to need only be there.
   */
  allowWrite(permit: Permit, input: WriteInput, sent?: Data): Promise<AllowedWrite>;
  /** What the engine itself reads of a collection, for hooks. */
  systemView(model: CollectionModel): View;
  readonly asker: RuleAsker;
}

/** Makes the evaluator of an application. Rules that fail deny and are logged. */
export function accessEvaluator(
  collections: ReadonlyMap<string, CollectionModel>,
  logger: Logger,
): AccessEvaluator {
  const system = systemViews(collections);
  const asker = ruleAsker(system, logger);
  const viewerOf = viewers(asker, system);

  async function referenceGroups(
    { viewer }: Permit,
    references: WriteInput["references"],
    isSent: (reference: ReferenceInput) => boolean,
  ): Promise<AllowedWrite["references"]> {
    const groups = new Map<string, Group>();
    for (const reference of references) {
      const { path, to, id } = reference;
      const bySender = isSent(reference);
      const key = `${to} ${bySender}`;
      const group = groups.get(key) ?? { to, bySender, paths: new Map<string, string[]>() };
      groups.set(key, group);
      group.paths.set(id, [...(group.paths.get(id) ?? []), path]);
    }
    const found: AllowedWrite["references"][number][] = [];
    for (const { to, bySender, paths } of groups.values()) {
      const model = collections.get(to);
      if (model === undefined) throw new TypeError("a relationship without a target passed the checks");
      const view = bySender ? await viewer.view(model) : system.get(to);
      found.push({ model, ids: [...paths.keys()], rows: view?.rows ?? nothing, paths });
    }
    return found;
  }

  return {
    asker,
    systemView: (model) => known(system.get(model.slug)),
    async permit(call) {
      const viewer = viewerOf(call.principal);
      const seen = ownView(viewer, call);
      const view = seen instanceof Promise ? await seen : seen;
      const image = call.operation === "read" ? view?.withDeleted : await askedRule(asker, call);
      if (image === undefined) throw denial(call.principal);
      const rows = call.operation === "read" && view !== undefined ? view.rows : reachedRows(call, image);
      const permit = { call, rows, image, view, viewer };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand exists in types only; this is its one maker
      return permit as unknown as Permit;
    },
    async allow(permit, input) {
      const rows = input.kind === "list" ? await listedRows(asker, permit, input) : permit.rows;
      return join(permit, input, allOf([rows, ownFilter(input)]));
    },
    allowDelete: (permit, input) => join(permit, input, permit.rows),
    async allowWrite(permit, input, sent) {
      const isSent = (reference: ReferenceInput): boolean => sent === undefined || refersTo(sent, reference);
      const references = await referenceGroups(permit, input.references, isSent);
      return { ...join(permit, input, permit.rows), references };
    },
  };
}

/** References to one collection, that all came from the caller, or all from hooks. */
interface Group {
  readonly to: string;
  readonly bySender: boolean;
  readonly paths: Map<string, string[]>;
}

/** Whether a body holds a reference, in its field. */
function refersTo(body: Data, { path, id }: ReferenceInput): boolean {
  const value = body[path.split(".", 1)[0] ?? ""];
  return Array.isArray(value) ? value.includes(id) : value === id;
}

/** What the caller may read of what it asks for. A deletion answers nothing. */
function ownView(viewer: Viewer, call: Call): ReturnType<Viewer["view"]> {
  const { model, operation, id, includeDeleted = false } = call;
  if (operation === "delete" && !includeDeleted) return undefined;
  return id === undefined ? viewer.view(model) : viewer.one(model, id);
}

function known(view: View | undefined): View {
  if (view === undefined) throw new TypeError("a collection of another application");
  return view;
}

function askedRule(asker: RuleAsker, call: Call): Verdict | Promise<Verdict> {
  return asker.ask(call.model.access[call.operation], call);
}

/** A deleted row is not there for anyone but who restores it. */
function reachedRows({ model, operation, includeDeleted = false }: Call, rows: Filter): Filter {
  return operation === "create" || includeDeleted ? rows : allOf([liveRows(model), rows]);
}

async function listedRows(
  asker: RuleAsker,
  { call, rows, view }: Permit,
  { query }: ListInput,
): Promise<Filter> {
  if (query.trashed === "without" || view === undefined) return rows;
  const deleted = await asker.ask(call.model.access.readDeleted, call);
  if (deleted === undefined) throw denial(call.principal);
  return trashedRows(view, query.trashed, deleted);
}

function join<V extends Valid>({ call, image, view }: Permit, input: V, rows: Filter): Allowed<V> {
  const { model, principal } = call;
  const joined = { model, principal, input, rows, image, view, shape: shapeOf(model, input, view) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand exists in types only; this is its one maker
  return joined as unknown as Allowed<V>;
}

/** A write shows its row as a plain read would. */
function shapeOf(model: CollectionModel, input: Valid, view: View | undefined): DocumentShape {
  if (view === undefined) return { model, fields: [], conditional: new Map(), populated: new Map() };
  if (input.kind === "list") return documentShape(view, input.query.select, input.query.populate);
  if (input.kind === "one") return documentShape(view, input.select, input.populate);
  return documentShape(view, allShown(view), nothingPopulated);
}

/** What the caller asked for by itself. */
function ownFilter(input: ReadInput): Filter {
  if (input.kind === "list") return input.query.filter;
  return input.kind === "count" ? input.filter : everything;
}

/** A plain deny: sign in, or you may not. */
function denial(principal: Principal): LucentError {
  return principal.user === null
    ? new LucentError("UNAUTHENTICATED", { headers: { "www-authenticate": "Bearer" } })
    : new LucentError("FORBIDDEN");
}
