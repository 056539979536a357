import { type Blueprint, type FieldModel, isBootError, type User } from "@lucent/core";

import {
  type Action,
  buildDocument,
  callerView,
  type CollectionView,
  type OpenApiDocument,
  type View,
} from "../../src/index.ts";

/** The documents that an answer has to agree with. */
export interface Documents {
  /** Everything that there is for anybody: all but hidden fields. */
  readonly widest: OpenApiDocument | undefined;
  /** What this caller may know. */
  readonly own: (user: User | null) => Promise<OpenApiDocument | undefined>;
}

const known = new WeakMap<Blueprint, Documents>();

/** The documents of an application, each made once. `undefined` stands for one that can't be made. */
export function documentsOf(blueprint: Blueprint): Documents {
  const found = known.get(blueprint) ?? madeDocuments(blueprint);
  known.set(blueprint, found);
  return found;
}

function madeDocuments(blueprint: Blueprint): Documents {
  let widest: OpenApiDocument | undefined | "unmade" = "unmade";
  const views = new Map<string, OpenApiDocument | undefined>();
  return {
    get widest() {
      if (widest === "unmade") widest = documentOf(blueprint, widestView(blueprint));
      return widest;
    },
    async own(user) {
      const view = await callerView(blueprint, user);
      const key = keyOf(view);
      if (!views.has(key)) views.set(key, documentOf(blueprint, view));
      return views.get(key);
    },
  };
}

/** An application that needs signed-in callers, and says nowhere how one signs in, has no document. */
function documentOf(blueprint: Blueprint, view: View): OpenApiDocument | undefined {
  try {
    return buildDocument(blueprint, { view });
  } catch (error) {
    if (isBootError(error)) return undefined;
    throw error;
  }
}

const always: readonly Action[] = ["list", "query", "count", "one", "create", "update", "delete"];

function widestView({ collections }: Blueprint): View {
  const found = new Map<string, CollectionView>();
  for (const [slug, model] of collections) {
    const shown = [...model.fields.values()].filter(({ hidden }) => !hidden);
    const names = new Set(shown.map(({ name }) => name));
    const actions: readonly Action[] = model.softDelete ? [...always, "restore"] : always;
    found.set(slug, {
      model,
      actions: new Map(actions.map((action) => [action, "optional"] as const)),
      shown,
      named: shown,
      created: names,
      updated: names,
      hasTrash: model.softDelete,
    });
  }
  return found;
}

/** Views with the same key make the same document. */
function keyOf(view: View): string {
  const names = (fields: readonly FieldModel[]): readonly string[] => fields.map(({ name }) => name);
  return JSON.stringify(
    [...view].map(([slug, { actions, shown, named, created, updated, hasTrash }]) => [
      slug,
      [...actions],
      names(shown),
      names(named),
      [...created],
      [...updated],
      hasTrash,
    ]),
  );
}
