// Half-typed forms are kept when their page is left: <form method="post" data-keeps>, and
// data-keeps="typed" when the server shows again what was typed before.

const place = document.querySelector("[data-keep-url]");
const further = [];
let isKept = false;

/** Whether somebody typed into a form what is sent nowhere yet. */
export function isTyped(form) {
  return form.dataset.keeps === "typed" || [...form.elements].some(isChanged);
}

/** A form as the server keeps it. */
export function draftOf(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return JSON.stringify([new URL(form.action).pathname, fields]);
}

/** Keep the typed forms when the page is left; base.js does it once for each page. */
export function keepOnLeaving() {
  if (!place) return;
  window.addEventListener("click", (event) => follow(event, typedForms())); // after what the page makes of it
  window.addEventListener("beforeunload", () => {
    const forms = isKept ? [] : typedForms();
    if (forms.length) navigator.sendBeacon(place.dataset.keepUrl, bodyOf(forms));
  });
}

/** Keep forms that are out of the page, too: a function that returns them. */
export function alsoKeep(forms) {
  further.push(forms);
}

function typedForms() {
  const forms = [...document.querySelectorAll("form[data-keeps]"), ...further.flatMap((each) => each())];
  return forms.filter((form) => !form.dataset.submitted && isTyped(form));
}

function isChanged(field) {
  if (field.type === "hidden" || field.type === "password") return false;
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0;
  return field.matches("input, textarea") && field.value.trim() !== field.defaultValue.trim();
}

// The next page may offer what was typed here: it is kept before that page is asked for.
async function follow(event, forms) {
  const link = event.target.closest("a[href]");
  if (!link || !forms.length || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.target || link.hash || link.origin !== location.origin) return;
  event.preventDefault();
  await fetch(place.dataset.keepUrl, { method: "POST", body: bodyOf(forms) }).catch(() => {});
  isKept = true;
  location.assign(link.href);
}

function bodyOf(forms) {
  const body = new FormData();
  body.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  for (const form of forms) body.append("_draft", draftOf(form));
  return body;
}
