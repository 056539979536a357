import { type Config as RedoclyConfig, createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";

import type { OpenApiDocument } from "../../src/index.ts";

// Compiles the schema of OpenAPI once.
const validator = new Validator();

let redocly: Promise<RedoclyConfig> | undefined;

/** Rules about what the two schemas of OpenAPI can't say. */
function redoclyConfig(): Promise<RedoclyConfig> {
  redocly ??= createConfig({
    extends: ["spec"],
    rules: {
      "no-unresolved-refs": "error",
      "no-unused-components": "error",
      "no-identical-paths": "error",
      "operation-operationId": "error",
      "operation-operationId-unique": "error",
      "operation-parameters-unique": "error",
      "operation-description": "off",
      "operation-summary": "error",
      "path-parameters-defined": "error",
      "security-defined": "error",
      "tag-description": "error",
      "no-enum-type-mismatch": "error",
      "no-invalid-media-type-examples": "error",
      "no-invalid-schema-examples": "error",
      "no-required-schema-properties-undefined": "error",
    },
  });
  return redocly;
}

/** What the JSON Schema of OpenAPI finds wrong, by one program. */
export async function schemaProblems(document: unknown): Promise<readonly string[]> {
  const found = await validator.validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>);
  if (found.valid) return [];
  return [found.errors].flat().map((error) => JSON.stringify(error));
}

/** What another one finds wrong, which knows more of what a document means. */
export async function lintProblems(document: unknown): Promise<readonly string[]> {
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, config: await redoclyConfig() });
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
}

/** What either finds wrong. */
export async function documentProblems(document: OpenApiDocument): Promise<readonly string[]> {
  return [...(await schemaProblems(document)), ...(await lintProblems(document))];
}
