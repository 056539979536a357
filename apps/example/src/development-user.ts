import { BootError, LucentError, type Plugin } from "@lucent/core";

const grammar = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Signs a caller in by a header, so that rules can be tried before there is a login: `x-development-user: ada`, and
 * `x-development-role: editor` where a rule asks for one. Anybody can send a header, so production refuses to start.
 */
export function developmentUser(): Plugin {
  return {
    name: "development-user",
    async start() {
      if (process.env.NODE_ENV !== "production") return;
      throw new BootError([
        'The plugin "development-user" believes any caller. Remove it from lucent.config.ts for NODE_ENV=production.',
      ]);
    },
    async facts(request) {
      const id = request.headers.get("x-development-user");
      if (id === null) return {};
      if (!grammar.test(id)) throw new LucentError("UNAUTHENTICATED");
      return { user: { id, role: request.headers.get("x-development-role") } };
    },
  };
}
