// Size of letters and brightness change at once, so that a half-filled form is not lost by the
// plain POST that does the same without scripts.

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-preferences]") || !button) return;
  event.preventDefault();
  document.documentElement.dataset[button.name] = button.value;
  for (const each of form.querySelectorAll(`button[name="${CSS.escape(button.name)}"]`)) {
    each.setAttribute("aria-pressed", String(each === button));
  }
  if (button.getClientRects().length === 0) { // large letters have put it behind the button
    document.querySelector(`[popovertarget="${form.closest("[popover]").id}"]`).focus();
  }
  const body = new FormData(form, button);
  await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
}, { capture: true });
