/* What the desk does beyond its pages, which work without it. No style, no handler and no address is made up here. */

"use strict";

/** Buttons that copy what stands in a field: hidden until there is something that can copy. */
const offerToCopy = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
};

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

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

offerToCopy();
