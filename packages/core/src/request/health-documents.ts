import type { AnswerDocument, RouteDocument } from "../contract/route-document.ts";

/** What `health.live` answers. */
export const liveDocument: RouteDocument = {
  summary: "Whether the process answers",
  tag: "health",
  answers: {
    200: {
      description: "It does.",
      schema: { type: "object", required: ["status"], properties: { status: { const: "ok" } } },
      example: { status: "ok" },
    },
  },
};

const states = ["ok", "unavailable"] as const;

/**
 * What `health.ready` answers.
 * @param checks Names of what is asked.
 */
export function readyDocument(checks: readonly string[]): RouteDocument {
  const schema = {
    type: "object",
    required: ["status", "checks"],
    properties: {
      status: { type: "string", enum: states },
      checks: {
        type: "object",
        required: checks,
        properties: Object.fromEntries(checks.map((name) => [name, { type: "string", enum: states }])),
      },
    },
  };
  const answer = (description: string, status: (typeof states)[number]): AnswerDocument => ({
    description,
    schema,
    example: { status, checks: Object.fromEntries(checks.map((name) => [name, status])) },
  });
  return {
    summary: "Whether requests can be served",
    description: "Asks the database and whatever else is needed, at most once in five seconds.",
    tag: "health",
    answers: {
      200: answer("Everything that is needed answers.", "ok"),
      503: answer("Something that is needed does not answer.", "unavailable"),
    },
  };
}
