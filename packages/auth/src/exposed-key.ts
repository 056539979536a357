import { type ApiKeyReference, readApiKey } from "./credential/api-key.ts";
import { agentOf } from "./credential/shown.ts";
import type { Runtime } from "./runtime.ts";

const keyText = /lk_(?:live|test)_[A-Za-z0-9]{8}_[A-Za-z0-9]{49}/;

/** Finds an API key in the URL of a request, where it is worth nothing. */
export function exposedKey({ url }: Request): ApiKeyReference | undefined {
  // Found at once in nearly every URL: that there is none.
  const [text] = url.includes("lk_") ? (keyText.exec(url) ?? []) : [];
  return text === undefined ? undefined : readApiKey(text);
}

// Whoever sends it decides how often.
const reports = { max: 1, window: 60 };

/** Reports a key that lives, so that somebody replaces it. What is made up is not reported: it would fill the trail. */
export async function reportExposed(
  { apiKeys, services }: Runtime,
  request: Request,
  exposed: ApiKeyReference,
): Promise<void> {
  const found = await apiKeys.resolve(exposed);
  if (found === undefined) return;
  const { publicId, collection, user } = found;
  if (!(await services.counter.take(`auth.exposed:${publicId}`, reports)).allowed) return;
  services.audit({
    event: "key.exposed",
    outcome: "fail",
    reason: "URL",
    actor: { type: "key", id: user.id, collection, key: publicId },
    agent: agentOf(request),
  });
}
