import { defineCollection, defineFields, type FieldRuleContext, type User, type Where } from "@lucent/core";

// The `user` of every rule and hook is an account of this collection.
declare module "@lucent/core" {
  interface Accounts {
    users: typeof userFields;
  }
}

const userFields = defineFields({
  name: { type: "text", required: true, minLength: 2, maxLength: 80 },
  role: {
    type: "select",
    required: true,
    options: ["reader", "editor", "admin"],
    default: "reader",
    // Nobody promotes themselves.
    access: { read: isOwnOrAdmin, create: isAdmin, update: isAdmin },
  },
});

// Rules of an account's own fields have their types written out, or those would depend on themselves.
function isAdmin({ user }: FieldRuleContext): boolean {
  return user?.role === "admin";
}

function isOwnOrAdmin({ user }: FieldRuleContext): boolean | Where {
  return user !== null && (user.role === "admin" || { id: { eq: user.id } });
}

/**
 * The accounts. Anybody may register and is a reader then; admins make editors and other admins, and the first admin comes
 * from `lucent auth create-admin`. Names are public, as they stand beside reviews; addresses are for their owners.
 */
export const users = defineCollection({
  slug: "users",
  auth: true,
  fields: userFields,
  access: {
    read: true,
    create: true,
    update: ({ user }) => user !== null && (user.role === "admin" || { id: { eq: user.id } }),
    delete: ({ user }) => user !== null && (user.role === "admin" || { id: { eq: user.id } }),
  },
  timestamps: true,
  defaultSort: "name",
});

/** Whether a caller decides about the places of others. */
export function isEditor(user: User | null): boolean {
  return user?.role === "editor" || user?.role === "admin";
}
