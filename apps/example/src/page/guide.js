// Asks the API with the cookies that the browser keeps: no script ever sees a token.

const dialog = byId("account");
const accountForm = byId("account-form");
const openReviews = new Set();
let user = null;
let isRegistering = false;

byId("sign-in").addEventListener("click", () => openDialog());
byId("sign-out").addEventListener("click", () => void during(byId("sign-out"), signOut));
byId("account-cancel").addEventListener("click", () => dialog.close());
byId("account-mode").addEventListener("click", () => setMode(!isRegistering));
accountForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void during(byId("account-submit"), signIn);
});

await recall();
await show();

function byId(id) {
  return document.getElementById(id);
}

/** Sends one request; the browser adds its cookies, and says by itself which site asks. */
async function send(method, path, body) {
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/api${path}`, { method, ...(body === undefined ? {} : json) });
  const text = await response.text();
  return { status: response.status, data: text === "" ? undefined : JSON.parse(text) };
}

/** The same, and once more where the access token has run out and the session could be renewed. */
async function ask(method, path, body) {
  const answer = await send(method, path, body);
  if (answer.status !== 401 || user === null) return answer;
  const renewed = await send("POST", "/users/refresh");
  if (renewed.status !== 200) setUser(null);
  return send(method, path, body);
}

/** Whether there may be a session: the cookies can't be seen from here. */
async function recall() {
  if (localStorage.getItem("session") === null) return;
  // Somebody, until the API says who.
  user = {};
  const { status, data } = await ask("GET", "/users/me");
  setUser(status === 200 ? data : null);
}

function setUser(account) {
  user = account;
  if (account === null) localStorage.removeItem("session");
  else localStorage.setItem("session", "yes");
}

async function signIn() {
  const { name, email, password } = Object.fromEntries(new FormData(accountForm));
  const credentials = { email, password, session: "cookie" };
  const { status, data } = isRegistering
    ? await send("POST", "/users/register", { ...credentials, name })
    : await send("POST", "/users/login", credentials);
  if (status >= 300) {
    byId("account-error").textContent = reasonOf(data);
    return;
  }
  setUser(data.user);
  dialog.close();
  await show();
  byId("sign-out").focus();
}

async function signOut() {
  const { status, data } = await send("POST", "/users/logout");
  if (status !== 204) throw new TypeError(reasonOf(data));
  setUser(null);
  await show();
  byId("sign-in").focus();
}

function openDialog() {
  accountForm.reset();
  setMode(false);
  dialog.showModal();
}

function setMode(registers) {
  isRegistering = registers;
  byId("account-title").textContent = registers ? "Create an account" : "Sign in";
  byId("account-submit").textContent = registers ? "Create account" : "Sign in";
  byId("account-mode").textContent = registers ? "Sign in instead" : "Create an account instead";
  byId("account-error").textContent = "";
  byId("name-field").hidden = !registers;
  const { name, password } = accountForm.elements;
  name.disabled = !registers;
  password.autocomplete = registers ? "new-password" : "current-password";
}

async function show() {
  byId("who").textContent = user === null ? "" : `${user.name}, ${user.role}`;
  byId("sign-in").hidden = user !== null;
  byId("sign-out").hidden = user === null;
  const { status, data } = await ask("GET", "/places?sort=-rating,title&perPage=100&populate=city.country");
  byId("status").textContent = status === 200 ? "" : reasonOf(data);
  if (status === 200) byId("places").replaceChildren(...data.data.map(placeItem));
}

function placeItem(place) {
  const item = copyOf("place");
  const score = item.querySelector(".score");
  item.querySelector(".title").textContent = place.title;
  score.hidden = place.rating === null;
  score.textContent = `★ ${place.rating}`;
  item.querySelector(".where").textContent = whereabouts(place);
  item.querySelector(".body").textContent = place.body;
  item.querySelector(".tags").append(...(place.tags ?? []).map(tagItem));
  const details = item.querySelector(".reviews");
  details.addEventListener("toggle", () => {
    if (details.open) openReviews.add(place.id);
    else openReviews.delete(place.id);
    if (details.open) void guarded(() => showReviews(place, details));
  });
  details.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    void during(event.submitter, () => publish(place, details));
  });
  details.open = openReviews.has(place.id);
  return item;
}

function whereabouts({ kind, status, city }) {
  const names = [city?.name, city?.country?.name].filter((name) => name !== undefined).join(", ");
  return [status === "draft" ? "draft" : "", kind, names].filter((part) => part !== "").join(" · ");
}

function tagItem(tag) {
  const item = document.createElement("li");
  item.textContent = tag;
  return item;
}

async function showReviews(place, details) {
  const where = encodeURIComponent(JSON.stringify({ place: place.id }));
  const query = `where=${where}&populate=author&sort=-createdAt&perPage=100`;
  const { status, data } = await ask("GET", `/reviews?${query}`);
  if (status !== 200) throw new TypeError(reasonOf(data));
  const isMine = ({ author }) => user !== null && author?.id === user.id;
  details
    .querySelector(".list")
    .replaceChildren(
      ...data.data.map((review) => reviewItem(review, { place, details, isMine: isMine(review) })),
    );
  details.querySelector(".empty").hidden = data.data.length > 0;
  details.querySelector(".write").hidden = user === null || data.data.some(isMine);
  details.querySelector(".invite").hidden = user !== null;
}

function reviewItem({ id, author, rating, text, createdAt }, { place, details, isMine }) {
  const item = copyOf("review");
  const day = new Date(createdAt).toLocaleDateString("en-GB", { dateStyle: "long" });
  item.querySelector(".by").textContent = `★ ${rating} · ${author?.name ?? "somebody"} · ${day}`;
  item.querySelector(".text").textContent = text;
  const remove = item.querySelector(".remove");
  remove.hidden = !isMine;
  remove.addEventListener(
    "click",
    () =>
      void during(remove, async () => {
        await ask("DELETE", `/reviews/${id}`);
        await showReviews(place, details);
      }),
  );
  return item;
}

async function publish(place, details) {
  const form = details.querySelector("form");
  const { rating, text } = Object.fromEntries(new FormData(form));
  const { status, data } = await ask("POST", "/reviews", { place: place.id, rating: Number(rating), text });
  form.querySelector(".error").textContent = status === 201 ? "" : reasonOf(data);
  // Whoever was signed out elsewhere meanwhile sees it.
  if (status === 401) await show();
  if (status !== 201) return;
  form.reset();
  await showReviews(place, details);
}

/** A copy of a template's only element. */
function copyOf(template) {
  return byId(template).content.firstElementChild.cloneNode(true);
}

/** Runs what a button starts, which can't be started again meanwhile. */
async function during(button, work) {
  button.disabled = true;
  try {
    await guarded(work);
  } finally {
    button.disabled = false;
  }
}

async function guarded(work) {
  try {
    await work();
    byId("status").textContent = "";
  } catch (error) {
    byId("status").textContent = error instanceof TypeError ? error.message : "Something went wrong.";
  }
}

/** What a refusal of the API means to whoever reads it. */
function reasonOf({ code, errors = [] }) {
  const [{ path, rule } = {}] = errors;
  switch (code) {
    case "INVALID_CREDENTIALS":
      return "E-mail or password is wrong.";
    case "RATE_LIMITED":
      return "That was too often. Try again in a few minutes.";
    case "CONFLICT":
      return "That is there already.";
    case "UNAUTHENTICATED":
      return "You are signed out.";
    case "VALIDATION":
      return path === "password"
        ? `That password is too ${rule === "common" ? "easy to guess" : "short"}.`
        : `Not valid: ${path} (${rule}).`;
    default:
      return "That did not work. Try again later.";
  }
}
