import { BootError, defineCollection, describe } from "@lucent/core";
import { expect, test } from "vitest";

import { auth } from "../src/plugin.ts";

test.each(["session", "collection", "scopes"])(
  "accounts have no field %s, which would be taken for what a caller shows",
  (name) => {
    const fields = { [name]: { type: "json" } } as const;
    const database = { url: "postgres://nowhere" };
    const plugins = [auth({ mailer: false })];
    const accounts = defineCollection({ slug: "users", auth: true, fields });
    expect(() => describe({ collections: [accounts], plugins, database })).toThrow(BootError);
    expect(() => describe({ collections: [accounts], plugins, database })).toThrow(
      `the field name "${name}" is reserved`,
    );
    const others = defineCollection({ slug: "posts", fields });
    expect(
      describe({ collections: [others], plugins, database })
        .collections.get("posts")
        ?.fields.has(name),
    ).toBe(true);
  },
);
