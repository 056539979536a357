/** How a body can be sent (RFC 9110 8.4.1), the best first. */
export type Encoding = "br" | "gzip" | "identity";

const preferred: readonly Encoding[] = ["br", "gzip"];

/**
 * Chooses the encoding of an answer by `Accept-Encoding` (RFC 9110 12.5.3): the smallest that is taken. `identity` is
 * sent where nothing else is, even to somebody who refuses it: a body is of more use than 406.
 * @param header `null` where it was not sent.
 */
export function chosenEncoding(header: string | null): Encoding {
  if (header === null) return "identity";
  const weights = weightsOf(header);
  const fallback = weights.get("*") ?? 0;
  return preferred.find((encoding) => (weights.get(encoding) ?? fallback) > 0) ?? "identity";
}

// More than there are encodings.
const maxEntries = 20;

function weightsOf(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const entry of header.split(",", maxEntries)) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    // What can't be read is not asked for.
    weights.set(name, Number.isFinite(weight) ? weight : 0);
  }
  return weights;
}
