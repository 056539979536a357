export { defineCollection, defineConfig } from "./blueprint/define.ts";
export { describe } from "./blueprint/describe.ts";
export type { Blueprint } from "./contract/blueprint.ts";
export type { Collection, CollectionOptions } from "./contract/collection.ts";
export type { Command, CommandContext } from "./contract/command.ts";
export type { ApiOptions, Config, DatabaseOptions } from "./contract/config.ts";
export type { Database, Reader, Row, Runner, Statement } from "./contract/database.ts";
export type {
  CreateOf,
  DocumentOf,
  FieldName,
  Flat,
  HasTimestamps,
  ServerFields,
  SortKey,
  SortKeyOf,
  UpdateOf,
  ValueOf,
} from "./contract/document.ts";
export type {
  BooleanField,
  DateField,
  DecimalField,
  EmailField,
  Field,
  FieldKind,
  FieldOptions,
  Fields,
  IntegerField,
  Json,
  JsonField,
  NumberField,
  NumericBounds,
  RelationshipField,
  SelectField,
  TextareaField,
  TextBounds,
  TextField,
} from "./contract/field.ts";
export type { LogFacts, Logger } from "./contract/logger.ts";
export type {
  FindParameters,
  LocalAccess,
  LocalCollectionOf,
  Lucent,
  PageOf,
  SelectedOf,
  SystemAccess,
  WhereOf,
  WrittenOf,
} from "./contract/lucent.ts";
export type { CollectionModel, FieldModel, Model, SortField, ValueKind } from "./contract/model.ts";
export type { Facts, Plugin, Services } from "./contract/plugin.ts";
export type { Method, Route, RouteCall } from "./contract/route.ts";
export type { CollectionRoutes, PluginRoutes, ProblemBody, RouteTree } from "./contract/routes.ts";
export type { Access, AccessRule, Operation, RuleContext, RuleResult, User } from "./contract/rule.ts";
export type { TableOf } from "./contract/table-type.ts";
export type { Column, ColumnType, ForeignKey, Index, OptionsCheck, Table } from "./contract/table.ts";
export type { Where } from "./contract/where.ts";
export type { LucentPlugin } from "./elysia.ts";
export {
  BootError,
  type ErrorCode,
  isBootError,
  isLucentError,
  type Issue,
  LucentError,
  type ProblemDetails,
  type Rule,
} from "./errors.ts";
export { lucent } from "./lucent.ts";
export type { Pool } from "./postgres/pool.ts";
export { openDatabase, start } from "./start.ts";
