import { type Blueprint, type CollectionModel, type FieldModel, operatorsOf } from "@lucent/core";

import type { ComponentStore } from "./components.ts";
import { fieldCondition } from "./conditions.ts";
import { exampleOf } from "./examples.ts";
import { type Names, pascalCase } from "./names.ts";
import type { Reference, Schema } from "./openapi.ts";
import {
  listDescriptions,
  type ListParameter,
  parametersOf,
  populateSchema,
  selectSchema,
  sharedParameters,
  sortSchema,
} from "./query.ts";
import {
  createdMembers,
  idSchema,
  shownSchema,
  unknownDocument,
  updatedMembers,
  type Written,
} from "./values.ts";
import { type CollectionView, readsCallers, type View } from "./view.ts";
import { whereSchema } from "./where.ts";

/** What stands behind the name of a collection in the names of its components. */
const endings = {
  document: "",
  create: "Create",
  update: "Update",
  list: "List",
  query: "Query",
  where: "Where",
  sort: "Sort",
  select: "Select",
  populate: "Populate",
} as const;

/** A component that each collection has. */
export type Shape = keyof typeof endings;

/** The components of collections, made when they are first referred to. */
export interface Shapes {
  /** What a collection is called in names of components and operations. */
  nameOf(collection: CollectionView): string;
  refer(collection: CollectionView, shape: Shape): Reference;
}

/** What components are made of. */
export interface ShapeParts {
  readonly blueprint: Blueprint;
  readonly store: ComponentStore;
  readonly view: View;
  readonly names: Names;
}

/** Makes the components of the collections of a view. */
export function collectionShapes({ blueprint, store, view, names }: ShapeParts): Shapes {
  const known = new Map<string, string>();
  for (const slug of view.keys()) known.set(slug, names.take(pascalCase(slug), Object.values(endings)));
  const nameOf = ({ model }: CollectionView): string => known.get(model.slug) ?? pascalCase(model.slug);
  const shapes: Shapes = {
    nameOf,
    refer(collection, shape) {
      const own = `${nameOf(collection)}${endings[shape]}`;
      return store.schema(own, () => makers[shape]({ blueprint, collection, view, store, shapes, own }));
    },
  };
  return shapes;
}

interface Making {
  readonly blueprint: Blueprint;
  readonly collection: CollectionView;
  readonly view: View;
  readonly store: ComponentStore;
  readonly shapes: Shapes;
  /** The name of the component that is made. */
  readonly own: string;
}

const makers: Readonly<Record<Shape, (making: Making) => Schema>> = {
  document: documentSchema,
  create: (making) => bodySchema(making, createdMembers(making.collection.model, making.collection.created)),
  update: (making) => bodySchema(making, updatedMembers(making.collection.model, making.collection.updated)),
  list: ({ collection, store, shapes }) => ({
    type: "object",
    required: ["data", "meta"],
    properties: {
      data: { type: "array", items: shapes.refer(collection, "document") },
      meta: store.schema("PageMeta", () => pageMeta),
    },
  }),
  query: querySchema,
  where: (making) => {
    const schema = whereSchema(making.store, making.collection, making);
    return withExample(schema, whereExample(making));
  },
  sort: ({ collection, view }) => sortSchema(collection, view),
  select: ({ collection }) => selectSchema(collection),
  populate: ({ collection, view }) => populateSchema(collection, view),
};

const pageMeta: Schema = {
  type: "object",
  required: ["perPage", "hasNextPage", "nextCursor"],
  properties: {
    perPage: { type: "integer" },
    hasNextPage: { type: "boolean" },
    nextCursor: { type: ["string", "null"], description: "Opens the next page; null on the last one." },
    page: { type: "integer", description: "Absent where a cursor was sent." },
    total: { type: "integer", description: "Only where `count` asks for it." },
    totalPages: { type: "integer", description: "Only where `count` asks for it." },
  },
};

/** Only the id is always there: `select` leaves fields out, and so do rules. */
function documentSchema({ blueprint, collection, view, store, shapes }: Making): Schema {
  const { model, shown } = collection;
  const fields = shown.map(
    (field) => [field.name, shownSchema(field, behind(field, { blueprint, view, shapes }))] as const,
  );
  const { description, deprecated } = model.definition;
  const schema = {
    type: "object",
    description: [description ?? `A document of \`${model.slug}\`.`, absence].join(" "),
    ...(deprecated === true ? { deprecated } : {}),
    required: ["id"],
    properties: { id: { ...idSchema, readOnly: true }, ...Object.fromEntries(fields) },
    ...(isReshaped(blueprint, model) ? { additionalProperties: true } : {}),
  };
  const example = exampleOf(schema, store.resolve);
  return withExample(schema, { ...asObject(example), ...writtenExamples({ collection, store }) });
}

/** Whether hooks of the application may add members to the documents of a collection. */
function isReshaped({ config }: Blueprint, { definition }: CollectionModel): boolean {
  return [definition.hooks, config.hooks].some((hooks) => (hooks?.afterRead ?? []).length > 0);
}

const absence = "A field that is not set is null; one that was not selected, or may not be read, is absent.";

/** Values that could be written keep to the bounds that the schema of a document leaves out. */
function writtenExamples({ collection, store }: Pick<Making, "collection" | "store">): object {
  const names = new Set(collection.shown.map(({ name }) => name));
  const { id: _, ...properties } = createdMembers(collection.model, names).properties;
  const schema = { type: "object", properties };
  return asObject(exampleOf(schema, store.resolve));
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

/** What a relationship shows instead of an id. A target that nobody may read is never shown. */
function behind(
  { target = "" }: FieldModel,
  { blueprint, view, shapes }: Pick<Making, "blueprint" | "view" | "shapes">,
): Schema | undefined {
  const found = view.get(target);
  if (found !== undefined && found.shown.length > 0) return shapes.refer(found, "document");
  const rule = blueprint.collections.get(target)?.access.read;
  // Others than the reader of this document may read it: clients are written once for all of them.
  return readsCallers(blueprint) && rule !== undefined && rule !== false ? unknownDocument : undefined;
}

function bodySchema({ store }: Making, { properties, required }: Written): Schema {
  const schema = { type: "object", additionalProperties: false, required, properties };
  return withExample(schema, exampleOf(schema, store.resolve));
}

/** The parameters of a list as a body. */
function querySchema({ collection, store, shapes }: Making): Schema {
  const properties = Object.fromEntries(
    parametersOf(collection).map((name) => [name, parameterSchema(name, collection, shapes)]),
  );
  const where = exampleOf(shapes.refer(collection, "where"), store.resolve);
  return withExample(
    { type: "object", additionalProperties: false, properties },
    where === undefined ? undefined : { where, perPage: 10 },
  );
}

function parameterSchema(name: ListParameter, collection: CollectionView, shapes: Shapes): Schema {
  const description = listDescriptions[name];
  switch (name) {
    case "where":
    case "sort":
    case "select":
    case "populate":
      return { ...shapes.refer(collection, name), description };
    case "perPage":
    case "page":
    case "cursor":
    case "count":
    case "depth":
    case "search":
    case "trashed":
      return { ...sharedParameters[name], description };
  }
}

/** A filter by one field, by a text where there is one. */
function whereExample({ collection: { named }, store }: Making): unknown {
  const equal = named.filter((field) => operatorsOf({ field, path: [] }).includes("eq"));
  const chosen =
    equal.find(({ kind }) => kind === "text") ?? equal.find(({ kind }) => kind !== "id") ?? equal[0];
  if (chosen === undefined) return undefined;
  const value = exampleOf(fieldCondition(store, chosen), store.resolve);
  return value === undefined ? undefined : { [chosen.name]: value };
}

function withExample(schema: Schema, example: unknown): Schema {
  return example === undefined ? schema : { ...schema, examples: [example] };
}
