import type {
  Collection,
  CreateOf,
  DocumentOf,
  FieldName,
  Json,
  SortKey,
  UpdateOf,
  WrittenOf,
} from "@lucent/core";
import { expectTypeOf } from "vitest";

import type { BlogPosts, Kinds, People } from "./world.ts";

type Held = Exclude<Json, null>;

// A document: every kind, null exactly where the field is optional, timestamps where they are kept.
expectTypeOf<DocumentOf<Kinds>>().toEqualTypeOf<{
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly text: string | null;
  readonly textarea: string | null;
  readonly email: string | null;
  readonly number: number | null;
  readonly integer: number | null;
  readonly decimal: string | null;
  readonly boolean: boolean | null;
  readonly date: string | null;
  readonly select: "red" | "green" | null;
  readonly json: Json;
  readonly relationship: string | null;
  readonly sureText: string;
  readonly sureJson: Held;
  readonly sureSelect: "on" | "off";
}>();
expectTypeOf<DocumentOf<BlogPosts>>().toEqualTypeOf<{
  readonly id: string;
  readonly title: string;
  readonly status: "draft" | "published";
  readonly views: number;
  readonly note: string | null;
  readonly author: string | null;
}>();
expectTypeOf<DocumentOf<People>>().toEqualTypeOf<{ readonly id: string; readonly name: string | null }>();

// Never any: toEqualTypeOf already tells any from everything else; the names below are what a user touches first.
expectTypeOf<DocumentOf<Kinds>>().not.toBeAny();
expectTypeOf<DocumentOf<Kinds>["json"]>().not.toBeAny();
expectTypeOf<DocumentOf<Kinds>["relationship"]>().not.toBeAny();
expectTypeOf<DocumentOf<Collection>>().not.toBeAny();
expectTypeOf<DocumentOf<Collection>["id"]>().toBeString();

// A create: what is required and has no default must be there.
expectTypeOf<CreateOf<Kinds>>().toEqualTypeOf<{
  readonly sureText: string;
  readonly sureJson: Held;
  readonly text?: string | null;
  readonly textarea?: string | null;
  readonly email?: string | null;
  readonly number?: number | null;
  readonly integer?: number | null;
  readonly decimal?: string | null;
  readonly boolean?: boolean | null;
  readonly date?: string | null;
  readonly select?: "red" | "green" | null;
  readonly json?: Json;
  readonly relationship?: string | null;
  readonly sureSelect?: "on" | "off";
}>();
expectTypeOf<CreateOf<BlogPosts>>().toEqualTypeOf<{
  readonly title: string;
  readonly status?: "draft" | "published";
  readonly views?: number;
  readonly note?: string | null;
  readonly author?: string | null;
}>();
expectTypeOf<CreateOf<People>>().toEqualTypeOf<{ readonly name?: string | null }>();
expectTypeOf<{ title: "a"; status: "draft"; author: null }>().toExtend<CreateOf<BlogPosts>>();

({ title: "a", views: 2 }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error the title is required and has no default
({ views: 2 }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error null does not set a required field
({ title: null }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error a default does not make null a value
({ title: "a", status: null }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error null is not the value of a required JSON field
({ sureText: "a", sureJson: null }) satisfies CreateOf<Kinds>;
// @ts-expect-error not one of the options
({ title: "a", status: "gone" }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error unknown field
({ title: "a", subtitle: "b" }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error the id belongs to the server
({ title: "a", id: "b" }) satisfies CreateOf<BlogPosts>;
// @ts-expect-error timestamps belong to the server
({ sureText: "a", sureJson: 1, createdAt: "2026-01-01T00:00:00Z" }) satisfies CreateOf<Kinds>;
// @ts-expect-error a decimal is a text, so that no digit is lost
({ sureText: "a", sureJson: 1, decimal: 1.5 }) satisfies CreateOf<Kinds>;
// @ts-expect-error a date is ISO text
({ sureText: "a", sureJson: 1, date: new Date() }) satisfies CreateOf<Kinds>;

// An update: anything may be left out, null only clears what may be unset.
expectTypeOf<UpdateOf<BlogPosts>>().toEqualTypeOf<{
  readonly title?: string;
  readonly status?: "draft" | "published";
  readonly views?: number;
  readonly note?: string | null;
  readonly author?: string | null;
}>();
({ note: null }) satisfies UpdateOf<BlogPosts>;
({}) satisfies UpdateOf<BlogPosts>;
// @ts-expect-error a required field can't be cleared
({ title: null }) satisfies UpdateOf<BlogPosts>;
// @ts-expect-error null is not the value of a required JSON field
({ sureJson: null }) satisfies UpdateOf<Kinds>;
// @ts-expect-error unknown field
({ subtitle: "b" }) satisfies UpdateOf<BlogPosts>;

// What a write answers: the id is sure, the rest is there where the writer may read it.
expectTypeOf<WrittenOf<People>>().toEqualTypeOf<{ readonly id: string; readonly name?: string | null }>();

// Names.
expectTypeOf<FieldName<BlogPosts>>().toEqualTypeOf<"id" | "title" | "status" | "views" | "note" | "author">();
expectTypeOf<FieldName<People>>().toEqualTypeOf<"id" | "name">();
expectTypeOf<SortKey<People>>().toEqualTypeOf<"id" | "name" | "-id" | "-name">();
expectTypeOf<"-createdAt">().toExtend<SortKey<Kinds>>();
expectTypeOf<"-createdAt">().not.toExtend<SortKey<BlogPosts>>();
expectTypeOf<"json" | "-json">().not.toExtend<SortKey<Kinds>>();
expectTypeOf<Extract<SortKey<Kinds>, `${string}son` | `${string}Json`>>().toBeNever();
