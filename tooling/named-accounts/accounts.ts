import { defineCollection, defineFields, type FieldRuleContext, type User } from "@lucent/core";

// The line that names the accounts. It holds for a whole program, so these tests are one of their own.
declare module "@lucent/core" {
  interface Accounts {
    users: typeof userFields;
    staff: typeof staffFields;
  }
}

const isStaff = (context: FieldRuleContext): boolean => context.user?.collection === "staff";

/** Every form in which a rule of an account's own field may ask who is calling. */
export const userFields = defineFields({
  name: { type: "text", required: true, validate: (value) => value !== "nobody" },
  role: {
    type: "select",
    options: ["reader", "editor"],
    required: true,
    default: "reader",
    access: {
      read: (context: FieldRuleContext): boolean => context.user?.email !== "",
      create: isEditor,
      update: isStaff,
    },
  },
  boss: { type: "relationship", to: "users", access: { read: ({ operation }) => operation === "read" } },
  friends: { type: "relationship", to: "users", hasMany: true },
  secret: { type: "text", hidden: true },
});

function isEditor({ user }: FieldRuleContext): boolean {
  return user?.collection === "users" && user.role === "editor";
}

const staffFields = defineFields({ level: { type: "integer" } });

/** Its rules and hooks know its own accounts. */
export const users = defineCollection({
  slug: "users",
  auth: {
    requireEmailVerification: true,
    apiKeys: { admin: (user: User) => user.collection === "staff" && user.level === 3 },
  },
  fields: userFields,
  access: {
    create: true,
    read: ({ user }) => user?.collection === "users" && (user.role === "editor" || { id: user.id }),
    update: ({ user }) => (user?.collection === "staff" ? (user.level ?? 0) > 2 : { name: user?.name ?? "" }),
  },
  hooks: {
    beforeUpdate: [({ data, user }) => (user?.collection === "users" ? { ...data, boss: user.boss } : data)],
  },
  timestamps: true,
});

/** Another world of accounts. */
export const staff = defineCollection({ slug: "staff", auth: true, fields: staffFields, softDelete: true });

/** What is no collection of accounts needs no name. */
export const plain = defineCollection({ slug: "plain", auth: false, fields: userFields });
