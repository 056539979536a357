import { type Issue, LucentError, type Rule } from "../errors.ts";

// What may be echoed of a name that a client sent.
const echoable = /^(?=.{1,64}$)[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** The answer to a malformed parameter. `path` must be a name of ours or one that was checked. */
export function badRequest(path: string, rule: Rule): LucentError {
  return new LucentError("BAD_REQUEST", { errors: [{ path, rule }] });
}

/** The one answer to a field that does not exist and to one that the caller may not read. */
export function unknownField(name: string): LucentError {
  const errors: readonly Issue[] = echoable.test(name) ? [{ path: name, rule: "unknown" }] : [];
  return new LucentError("UNKNOWN_FIELD", errors.length === 0 ? {} : { errors });
}
