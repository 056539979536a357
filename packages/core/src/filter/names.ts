import { badRequest } from "./refuse.ts";

/**
 * Reads a list of names, given as a list or as one text with commas.
 * @throws LucentError `BAD_REQUEST` naming the parameter.
 */
export function parseNames(parameter: string, value: unknown, max: number): readonly string[] {
  const list: unknown = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(list) || list.length === 0) throw badRequest(parameter, "type");
  if (list.length > max) throw badRequest(parameter, "max");
  return list.map((name: unknown) => {
    if (typeof name !== "string" || name === "") throw badRequest(parameter, "type");
    return name;
  });
}
