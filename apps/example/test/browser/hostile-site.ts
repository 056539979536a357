import { once } from "node:events";
import { createServer } from "node:http";

/** What the pages are after. */
export interface Target {
  /** The guide. */
  readonly url: string;
  /** A place without a review of the visitor. */
  readonly place: string;
  /** A review that the visitor wrote. */
  readonly review: string;
  /** Somebody else's account, into which the pages would like to sign the visitor. */
  readonly account: { readonly email: string; readonly password: string };
}

/** Pages of another site: the port is what they share with nobody, the host is up to whoever opens one. */
export interface HostileSite {
  readonly port: number;
  stop(): Promise<void>;
}

/** One way of having a visitor's browser do something. */
interface Attack {
  /** The method of the request that the guide gets of it: of what needs its leave, only the question for that. */
  readonly arrives: "GET" | "OPTIONS" | "POST";
  /** The page, which is called "done" when the browser has tried. */
  readonly page: (target: Target) => string;
}

const forged = ({ place }: Target) => ({ place, rating: 1, text: "Closed for good." });
const reviewsOf = ({ url }: Target) => `${url}/api/reviews`;

/** By what they are. */
export const attacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  post("a form, urlencoded", (target) => form({ action: reviewsOf(target), fields: forged(target) })),
  post("a form, multipart", (target) =>
    form({ action: reviewsOf(target), type: "multipart/form-data", fields: forged(target) }),
  ),
  post("a form, JSON as text/plain", (target) => jsonForm(reviewsOf(target), forged(target))),
  post("a form that signs in", ({ url, account }) =>
    jsonForm(`${url}/api/users/login`, { ...account, session: "cookie" }),
  ),
  post("a form without fields that signs out", ({ url }) => form({ action: `${url}/api/users/logout` })),
  post("a form without fields that signs out everywhere", ({ url }) =>
    form({ action: `${url}/api/users/logout-all` }),
  ),
  post("a form that calls itself DELETE", ({ url, review }) =>
    form({ action: `${url}/api/reviews/${review}?_method=DELETE`, fields: { _method: "DELETE" } }),
  ),
  post("fetch without CORS, JSON as text/plain", (target) =>
    fetching(reviewsOf(target), { method: "POST", mode: "no-cors", body: JSON.stringify(forged(target)) }),
  ),
  post("fetch without CORS and without a body", ({ url }) =>
    fetching(`${url}/api/users/logout-all`, { method: "POST", mode: "no-cors" }),
  ),
  post("a beacon", (target) =>
    script(`navigator.sendBeacon(${literal(reviewsOf(target))}, ${literal(JSON.stringify(forged(target)))})`),
  ),
  [
    "fetch with credentials, JSON",
    {
      arrives: "OPTIONS",
      page: (target) =>
        fetching(reviewsOf(target), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(forged(target)),
        }),
    },
  ],
  [
    "fetch with credentials, DELETE",
    {
      arrives: "OPTIONS",
      page: ({ url, review }) => fetching(`${url}/api/reviews/${review}`, { method: "DELETE" }),
    },
  ],
  get("fetch with credentials that would read", ({ url }) => fetching(`${url}/api/users/me`, {})),
  get(
    "an image",
    ({ url }) => `<img src="${url}/api/users/logout?_method=POST" onerror="document.title = 'done'">`,
  ),
  get("a frame of the API", ({ url }) => frame(`${url}/api/users/logout-all`)),
  get("a frame of the page", ({ url }) => frame(`${url}/`)),
]);

function post(name: string, page: Attack["page"]): readonly [string, Attack] {
  return [name, { arrives: "POST", page }];
}

function get(name: string, page: Attack["page"]): readonly [string, Attack] {
  return [name, { arrives: "GET", page }];
}

function form({
  action,
  type = "application/x-www-form-urlencoded",
  fields = {},
}: {
  readonly action: string;
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name='${name}' value='${value}'>`,
  );
  return `<iframe name="sink"></iframe>
    <form method="post" target="sink" enctype="${type}" action="${action}">${inputs.join("")}</form>
    <script>
      document.querySelector("iframe").addEventListener("load", () => (document.title = "done"));
      document.querySelector("form").submit();
    </script>`;
}

/** What a form sends as text/plain is `name=value`: the equals sign goes into a value of the JSON. */
function jsonForm(action: string, body: object): string {
  const [name = "", value = ""] = JSON.stringify({ ...body, text: "=" }).split("=");
  return form({ action, type: "text/plain", fields: { [name]: value } });
}

function frame(source: string): string {
  return `<iframe src="${source}" onload="document.title = 'done'"></iframe>`;
}

/** Asks with the cookies that the browser may send, and shows what it gets to read. */
function fetching(url: string, options: object): string {
  const asked = `await fetch(${literal(url)}, ${literal({ ...options, credentials: "include" })})`;
  return script(`document.body.append(await (${asked}).text())`);
}

function script(code: string): string {
  return `<body><script type="module">try { ${code} } catch {} finally { document.title = "done" }</script>`;
}

/** A value in a script. */
function literal(value: unknown): string {
  return JSON.stringify(value);
}

/** Serves the pages, at the path that is their name. */
export async function hostileSite(target: Target): Promise<HostileSite> {
  const server = createServer(({ url = "/" }, response) => {
    const attack = attacks.get(decodeURIComponent(url.slice(1)));
    response.writeHead(attack === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(attack === undefined ? "" : `<!doctype html><title>trying</title>${attack.page(target)}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
