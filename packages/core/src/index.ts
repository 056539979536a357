export { defineCollection, defineConfig, defineFields } from "./blueprint/define.ts";
export { type BodySchema, createSchema, type JsonSchema, updateSchema } from "./blueprint/schema.ts";
export { searchVector } from "./blueprint/search.ts";
export { describe } from "./blueprint/describe.ts";
export { decodeSecret, secretProblem } from "./blueprint/secret.ts";
export { type CommandTrail, type CommandTrailParts, openTrail } from "./command-trail.ts";
export type {
  AccountFields,
  AccountOf,
  Accounts,
  AuthOptions,
  AuthSetting,
  FieldsOf,
  NamedAccount,
} from "./contract/account.ts";
export type { AnswerFacts, AnswerMessage } from "./contract/answer-message.ts";
export type { AuditActor, AuditEvent, AuditEventName, AuditEvents, AuditInput } from "./contract/audit.ts";
export type { Blueprint } from "./contract/blueprint.ts";
export type { Collection, CollectionIndex, CollectionOptions, HooksOf } from "./contract/collection.ts";
export type { Command, CommandContext } from "./contract/command.ts";
export type { ApiOptions, ApiRateLimits, Config, CorsOptions, DatabaseOptions } from "./contract/config.ts";
export type { Counter, RateLimit, Taken } from "./contract/counter.ts";
export type { Database, Reader, Row, Runner, Statement, Transaction } from "./contract/database.ts";
export type {
  CreateOf,
  DocumentOf,
  FieldName,
  Flat,
  HasSoftDelete,
  HasTimestamps,
  ReadableFields,
  ServerFields,
  SortKey,
  SortKeyOf,
  UpdateOf,
  ValueOf,
} from "./contract/document.ts";
export type {
  ArrayField,
  BooleanField,
  DateField,
  DecimalField,
  EmailField,
  Field,
  FieldCheck,
  FieldKind,
  FieldOptions,
  Fields,
  IntegerField,
  ItemBounds,
  ItemField,
  ItemFields,
  Json,
  JsonField,
  MultiselectField,
  NumberField,
  NumericBounds,
  PasswordField,
  RelationshipField,
  RichText,
  RichtextField,
  Searchable,
  SelectField,
  TextareaField,
  TextBounds,
  TextField,
  ToManyField,
  ToOneField,
  ValidateContext,
  ValueOptions,
} from "./contract/field.ts";
export type { PasswordHasher } from "./contract/hasher.ts";
export type {
  HookAccess,
  HookCollection,
  HookContext,
  HookData,
  HookLucent,
  Hooks,
  WriteHookContext,
} from "./contract/hook.ts";
export type { LogFacts, Logger } from "./contract/logger.ts";
export type { LocalAccess, LocalCollectionOf, Lucent, SystemAccess } from "./contract/lucent.ts";
export type {
  CollectionModel,
  FieldModel,
  LinkTable,
  Model,
  SortField,
  ValueKind,
} from "./contract/model.ts";
export type { Peer } from "./contract/peer.ts";
export type { Credential, Facts, Plugin, Services } from "./contract/plugin.ts";
export type {
  BySlug,
  Depth,
  FindByIdParameters,
  FindParameters,
  ListSortKey,
  OutgoingOf,
  PageOf,
  PopulatedDocument,
  PopulatedOf,
  PopulatePath,
  ReadOf,
  RelationshipName,
  SelectedOf,
  WhereOf,
} from "./contract/read.ts";
export type {
  AnswerDocument,
  BodyDocument,
  ParameterDocument,
  RouteDocument,
  SchemaDocument,
} from "./contract/route-document.ts";
export type { Method, Route, RouteCall, RouteLimit } from "./contract/route.ts";
export type { CollectionRoutes, PluginRoutes, ProblemBody, RouteTree } from "./contract/routes.ts";
export type {
  Access,
  AccessRule,
  AnyUser,
  FieldAccess,
  FieldRule,
  FieldRuleContext,
  Operation,
  RuleContext,
  RuleResult,
  User,
} from "./contract/rule.ts";
export type { TableOf } from "./contract/table-type.ts";
export type {
  Column,
  ColumnDefault,
  ColumnType,
  ForeignKey,
  Index,
  OptionsCheck,
  Table,
} from "./contract/table.ts";
export type { Where } from "./contract/where.ts";
export type { Batch, BatchOperation, BatchResult, WrittenOf } from "./contract/write.ts";
export type { LucentPlugin } from "./elysia.ts";
export {
  BootError,
  type ErrorCode,
  isBootError,
  isLucentError,
  type Issue,
  LucentError,
  type ProblemDetails,
  type ProblemKind,
  problemKinds,
  type Rule,
  rules,
} from "./errors.ts";
export { queryBounds } from "./filter/bounds.ts";
export type { ListParameters } from "./filter/list.ts";
export { operatorsOf } from "./filter/operator.ts";
export { isSortable } from "./filter/sort.ts";
export type { Operand } from "./filter/tree.ts";
export { commandLogger } from "./logging.ts";
export { lucent } from "./lucent.ts";
export { maxOperations } from "./operation/batch.ts";
export {
  type CollectionPermissions,
  type FieldPermissions,
  type Permission,
  permissionsOf,
} from "./operation/permissions.ts";
export type { Pool } from "./postgres/pool.ts";
export { documentExpression } from "./sql/document-expression.ts";
export { onAnswer } from "./request/answer-channel.ts";
export { type DeclaredRoute, declaredRoutes } from "./request/declared-routes.ts";
export { openDatabase, start } from "./start.ts";
