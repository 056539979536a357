/** Pages of the application that mails lead to: paths below `APP_URL`. */
export interface MailPaths {
  /** Default `/verify-email`. */
  readonly verify: string;
  /** Default `/reset-password`. */
  readonly reset: string;
  /** Default `/confirm-email`. */
  readonly confirmEmail: string;
}

/** Where the links of mails lead unless the application says otherwise. */
export const defaultPaths: MailPaths = {
  verify: "/verify-email",
  reset: "/reset-password",
  confirmEmail: "/confirm-email",
};

const path = /^\/(?:[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*)?$/;

/** What is wrong with the paths that an application gave, one sentence each. */
export function mailPathProblems(paths: Partial<MailPaths>): readonly string[] {
  return Object.entries(paths).flatMap(([name, value]) => {
    if (!Object.hasOwn(defaultPaths, name)) return [`paths.${name} is not a page that mails lead to.`];
    if (typeof value === "string" && path.test(value)) return [];
    return [
      `paths.${name} is not a path such as ${defaultPaths.verify}: letters, digits, "-", "_", "." and "~".`,
    ];
  });
}

/**
 * A page of the application, with a token in the query where one is given. Made of the configuration alone: nothing
 * that a request says can lead a link elsewhere.
 */
export function linkOf(appUrl: string, page: string, token?: string): string {
  const url = new URL(new URL(appUrl).origin);
  url.pathname = page;
  if (token !== undefined) url.searchParams.set("token", token);
  return url.href;
}
