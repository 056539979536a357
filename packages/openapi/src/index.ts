export { breakingChanges } from "./breaking/changes.ts";
export { buildDocument, type DocumentOptions } from "./document.ts";
export type { HostRoute } from "./document/host-routes.ts";
export type {
  Components,
  Header,
  MediaType,
  OpenApiDocument,
  Operation,
  Parameter,
  PathItem,
  PathMethod,
  Reference,
  RequestBody,
  Response,
  Schema,
  SecurityRequirement,
  Tag,
} from "./document/openapi.ts";
export {
  type Action,
  type Admission,
  callerView,
  type CollectionView,
  publicView,
  type View,
} from "./document/view.ts";
export type { HostApplication, OpenApiAccess, OpenApiOptions } from "./options.ts";
export { openapi } from "./plugin.ts";
