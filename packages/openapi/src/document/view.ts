import {
  type Blueprint,
  type CollectionModel,
  type CollectionPermissions,
  type FieldModel,
  type Permission,
  permissionsOf,
  type User,
} from "@lucent/core";

/** What can be asked of a collection over HTTP. */
export type Action = "list" | "query" | "count" | "one" | "create" | "update" | "delete" | "restore";

/** Whether a caller must be signed in, may be, or is not asked. */
export type Admission = "none" | "optional" | "required";

/** What a document says of a collection. */
export interface CollectionView {
  readonly model: CollectionModel;
  readonly actions: ReadonlyMap<Action, Admission>;
  /** The fields that documents show, in some of them at least. */
  readonly shown: readonly FieldModel[];
  /** Of these, those that all of them show: others can't be filtered or sorted by. */
  readonly named: readonly FieldModel[];
  /** Names that the body of a create may have. */
  readonly created: ReadonlySet<string>;
  /** Names that the body of an update may have. */
  readonly updated: ReadonlySet<string>;
  /** Whether deleted documents can be asked for. */
  readonly hasTrash: boolean;
}

/** What a document says of the collections, by slug. What is not in here is not there. */
export type View = ReadonlyMap<string, CollectionView>;

/**
 * What strangers may know. A collection is there where they may read or write it, as far as their rules say so without a
 * database; what they may not write in it is there for those who sign in, by the names that strangers may know.
 */
export async function publicView(blueprint: Blueprint): Promise<View> {
  const permissions = await permissionsOf(blueprint.collections, null);
  const hasCallers = readsCallers(blueprint);
  return viewOf(blueprint, (model) => {
    const strangers = permissions.get(model.slug);
    return strangers === undefined ? undefined : publicSight(model, strangers, hasCallers);
  });
}

/**
 * What one caller may do, and nothing else.
 * @param user `null` for somebody who is not signed in, who sees the public view.
 */
export async function callerView(blueprint: Blueprint, user: User | null): Promise<View> {
  if (user === null) return publicView(blueprint);
  const [own, others] = [
    await permissionsOf(blueprint.collections, user),
    await permissionsOf(blueprint.collections, null),
  ];
  return viewOf(blueprint, ({ slug }) => {
    const mine = own.get(slug);
    const strangers = others.get(slug);
    return mine === undefined || strangers === undefined ? undefined : callerSight(mine, strangers);
  });
}

/** Whether any plugin knows who is calling; without one everybody is a stranger. */
export function readsCallers({ plugins }: Blueprint): boolean {
  return plugins.some((plugin) => plugin.facts !== undefined);
}

type Writing = "create" | "update" | "delete";

/** How somebody sees a collection. */
interface Sight {
  readonly permissions: CollectionPermissions;
  readonly isThere: boolean;
  readonly reads: (reading: "list" | "one") => Admission;
  /** `undefined` where it is not there. */
  readonly writes: (writing: Writing) => Admission | undefined;
  readonly mayWrite: (field: FieldModel, writing: "create" | "update", isShown: boolean) => boolean;
}

function publicSight(
  { access }: CollectionModel,
  permissions: CollectionPermissions,
  hasCallers: boolean,
): Sight {
  const { fields } = permissions;
  const isForNobody = (rule: unknown): boolean => rule === undefined || rule === false;
  const all: readonly Writing[] = ["create", "update", "delete"];
  return {
    permissions,
    isThere: isReadable(permissions) || all.some((writing) => permissions[writing] !== "denied"),
    reads: () => "optional",
    writes(writing) {
      if (byRoute(permissions, writing) !== "denied") return "optional";
      return hasCallers && !isForNobody(access[writing]) ? "required" : undefined;
    },
    mayWrite(field, writing, isShown) {
      if (isShown && field.definition?.access?.[writing] !== false) return true;
      return isSure(permissions[writing]) && isSure(fields.get(field.name)?.[writing]);
    },
  };
}

function callerSight(permissions: CollectionPermissions, strangers: CollectionPermissions): Sight {
  const admission = (permission: Permission): Admission =>
    permission === "denied" ? "required" : "optional";
  return {
    permissions,
    isThere: true,
    reads: (reading) => admission(strangers[reading]),
    writes: (writing) =>
      byRoute(permissions, writing) === "denied" ? undefined : admission(byRoute(strangers, writing)),
    mayWrite: (field, writing) => isSure(permissions.fields.get(field.name)?.[writing]),
  };
}

function byRoute(permissions: CollectionPermissions, writing: Writing): Permission {
  return permissions[writing === "create" ? "createByRoute" : writing];
}

/** What is not known is not shown. */
function isSure(permission: Permission | undefined): boolean {
  return permission === "granted" || permission === "conditional";
}

function isReadable({ list, one }: CollectionPermissions): boolean {
  return isSure(list) || isSure(one);
}

function viewOf({ collections }: Blueprint, sightOf: (model: CollectionModel) => Sight | undefined): View {
  const found = new Map<string, CollectionView>();
  for (const [slug, model] of collections) {
    const sight = sightOf(model);
    const view = sight?.isThere === true ? collectionView(model, sight) : undefined;
    if (view !== undefined && view.actions.size > 0) found.set(slug, view);
  }
  return found;
}

function collectionView(model: CollectionModel, sight: Sight): CollectionView {
  const { permissions } = sight;
  const all = [...model.fields.values()];
  const reading = (field: FieldModel): Permission | undefined => permissions.fields.get(field.name)?.read;
  const shown = isReadable(permissions) ? all.filter((field) => isSure(reading(field))) : [];
  const written = (writing: "create" | "update"): ReadonlySet<string> =>
    new Set(
      all
        .filter((field) => !field.hidden && sight.mayWrite(field, writing, shown.includes(field)))
        .map(({ name }) => name),
    );
  return {
    model,
    actions: actionsOf(model, sight),
    shown,
    named: isSure(permissions.list) ? shown.filter((field) => reading(field) === "granted") : [],
    created: written("create"),
    updated: written("update"),
    hasTrash: model.softDelete && isSure(permissions.list) && isSure(permissions.readDeleted),
  };
}

function actionsOf(model: CollectionModel, { permissions, reads, writes }: Sight): CollectionView["actions"] {
  const found: (readonly [Action, Admission | undefined])[] = [
    ...(["list", "query", "count"] as const).map(
      (action) => [action, isSure(permissions.list) ? reads("list") : undefined] as const,
    ),
    ["one", isSure(permissions.one) ? reads("one") : undefined],
    ["create", writes("create")],
    ["update", writes("update")],
    ["delete", writes("delete")],
    ["restore", model.softDelete ? writes("delete") : undefined],
  ];
  const actions = new Map<Action, Admission>();
  for (const [action, admission] of found) if (admission !== undefined) actions.set(action, admission);
  return actions;
}
