/* What the desk does beyond its pages, which work without it. No style, no handler and no text is made up here. */

"use strict";

/** The page's own form, which a key saves and beside which its preview is drawn. */
const form = document.querySelector("form[data-unsaved]");

/* What is typed is not lost: a warning before leaving, and a look whether one is still signed in before sending. */

const TYPED = "textarea, input:not([type=hidden], [type=search], [type=checkbox], [type=radio])";
const forms = [...document.querySelectorAll("main form[method=post]:not([data-passkey])")].filter((each) => each.querySelector(TYPED));
const unsaved = new Set(forms.filter((each) => each.dataset.unsaved === "yes" || each.querySelector("[aria-invalid=true]")));
let sure = false;

const tell = (id) => {
  for (const note of document.querySelectorAll("[data-trouble]")) note.hidden = note.id !== id;
  document.getElementById(id)?.scrollIntoView({ block: "nearest" });
};

/** Whether sending would arrive; takes the token of this very sign-in along. */
const alive = async () => {
  try {
    const answer = await fetch("/desk/alive", { redirect: "manual", cache: "no-store" });
    if (answer.ok) {
      const { token } = await answer.json();
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
      tell("");
      return true;
    }
    tell(answer.type === "opaqueredirect" ? "signed-out" : "unreachable");
  } catch {
    tell("unreachable");
  }
  return false;
};

const send = async (sent, button) => {
  if (!(await alive())) return;
  sure = true;
  sent.requestSubmit(button);
  sure = false;
};

for (const each of forms) {
  each.addEventListener("input", () => { unsaved.add(each); });
  each.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return;
    if (sure) {
      unsaved.delete(each);
      return;
    }
    event.preventDefault();
    send(each, event.submitter);
  });
}

document.body.addEventListener("htmx:confirm", async (event) => {
  const around = forms.find((each) => each.contains(event.target));
  if (!around) return;
  event.preventDefault();
  unsaved.add(around);
  if (await alive()) event.detail.issueRequest(true);
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});

/* The public page beside the form, where there is room for it. */

const preview = document.querySelector("[data-preview]");

/** The page goes into the frame piece by piece: it stays where it was scrolled to, and adds nothing to the history. */
const draw = (html, inside) => {
  const drawn = new DOMParser().parseFromString(html, "text/html");
  const looks = [...drawn.querySelectorAll("link[rel=stylesheet]")];
  const known = [...inside.querySelectorAll("link[rel=stylesheet]")];
  if (looks.map((link) => link.getAttribute("href")).join() !== known.map((link) => link.getAttribute("href")).join()) {
    inside.head.replaceChildren(...looks);
  }
  inside.documentElement.lang = drawn.documentElement.lang;
  inside.documentElement.dir = drawn.documentElement.dir;
  inside.body.replaceWith(drawn.body);
};

let drawing = 0;

const look = async () => {
  // A request of somebody who is signed out could meet the sign-in in the other window, and end it.
  if (document.getElementById("signed-out")?.hidden === false) return;
  const mine = ++drawing;
  try {
    const answer = await fetch(preview.dataset.preview, {
      method: "POST", body: new FormData(form), redirect: "manual", cache: "no-store",
    });
    if (answer.ok) {
      const html = await answer.text();
      if (mine === drawing) draw(html, preview.querySelector("iframe").contentDocument);
    } else {
      // Signed in anew in another window, the next look has the token for it.
      await alive();
    }
  } catch {
    tell("unreachable");
  }
};

if (preview) {
  const wide = matchMedia("(width >= 80rem)");
  let waiting;
  const show = () => {
    preview.hidden = !wide.matches;
    if (wide.matches) look();
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    if (wide.matches) waiting = setTimeout(look, 600);
  });
  document.body.addEventListener("htmx:afterSettle", () => { if (wide.matches) look(); });
  wide.addEventListener("change", show);
  if (document.readyState === "complete") show();
  else window.addEventListener("load", show);
}

/* Keys. Whoever talks to the computer instead of typing can switch the single ones off. */

const OFF = "desk-single-keys-off";
const isOff = () => {
  try { return localStorage.getItem(OFF) !== null; } catch { return true; }
};
let before = "";

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

/** The form in which one types and its button, if there is no doubt which, and it does no harm. */
const saving = (typed) => {
  const around = typed.closest("main form[method=post]") ?? form;
  const buttons = [...(around?.querySelectorAll("button:not([type=button])") ?? [])];
  const first = around?.querySelector(".by-enter") ?? (buttons.length === 1 ? buttons[0] : null);
  return [around, first?.classList.contains("is-danger") ? null : first];
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const [around, button] = saving(event.target);
    if (!button) return;
    event.preventDefault();
    around.requestSubmit(button);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOff()) return;
  const pressed = before === "g" ? `g ${event.key}` : event.key;
  before = event.key === "g" ? "g" : "";
  const goal = pressed === "/" ? document.querySelector("input[type=search]") : document.querySelector(`[data-key="${CSS.escape(pressed)}"]`);
  if (!goal) return;
  event.preventDefault();
  if (pressed === "/") goal.focus();
  else goal.click();
});

for (const button of document.querySelectorAll("[data-keys-switch]")) {
  const label = () => { button.textContent = isOff() ? button.dataset.on : button.dataset.off; };
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
    label();
  });
}

/* Buttons that copy what stands in a field: hidden until there is something that can copy. */

const copy = async (button) => {
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // The browser forbids it: what is selected can be copied by hand.
    field.select();
    return;
  }
  const said = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = said; }, 2000);
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
