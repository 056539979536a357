/** A type as `format_type` spells it, taken apart. */
export interface SpelledType {
  /** Without arguments and brackets, such as `timestamp with time zone`. */
  readonly name: string;
  /** Length, or precision and scale. */
  readonly arguments: readonly number[];
  readonly list: boolean;
}

const grammar =
  /^(?<head>[^([]+?)(?:\((?<numbers>-?\d+(?:,-?\d+)?)\))?(?<tail> with(?:out)? time zone)?(?<list>\[\])?$/;

/** Takes a type apart; one of another form, such as an interval with fields, is its own name. */
export function spelledType(type: string): SpelledType {
  const { head, numbers, tail = "", list } = grammar.exec(type)?.groups ?? {};
  return {
    name: head === undefined ? type : `${head}${tail}`,
    arguments: numbers === undefined ? [] : numbers.split(",").map(Number),
    list: list !== undefined,
  };
}
