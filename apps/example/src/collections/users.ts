import { defineCollection, type FieldRuleContext, type User } from "@lucent/core";

const isAdmin = ({ user }: FieldRuleContext): boolean => user?.role === "admin";

/**
 * The accounts. Anybody may register and is a reader then; admins make editors and other admins, and the first admin comes
 * from `lucent auth create-admin`. Names are public, as they stand beside reviews; addresses are for their owners.
 */
export const users = defineCollection({
  slug: "users",
  auth: true,
  fields: {
    name: { type: "text", required: true, minLength: 2, maxLength: 80 },
    role: {
      type: "select",
      required: true,
      options: ["reader", "editor", "admin"],
      default: "reader",
      access: {
        read: ({ user }: FieldRuleContext) =>
          user !== null && (user.role === "admin" || { id: { eq: user.id } }),
        // Nobody promotes themselves.
        create: isAdmin,
        update: isAdmin,
      },
    },
  },
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
