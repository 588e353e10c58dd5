/* Dragging a row of the march; the buttons in it do the same without. Nothing is made up here: a drop presses a button of the row. */

"use strict";

let dragged = null;

const row = (event) => event.target.closest?.("[data-bloc]");

const clear = () => {
  for (const each of document.querySelectorAll("[data-bloc]")) each.classList.remove("is-over", "is-dragged");
};

// Only rows that can be moved have the button; they are made draggable anew whenever the list is.
const prepare = () => {
  for (const button of document.querySelectorAll("[data-before]")) button.closest("[data-bloc]").draggable = true;
};

document.addEventListener("dragstart", (event) => {
  dragged = row(event) ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  dragged.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const over = row(event);
  if (!dragged || !over) return;
  event.preventDefault();
  clear();
  dragged.classList.add("is-dragged");
  over.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const over = row(event);
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const rows = [...document.querySelectorAll("[data-bloc]")];
  const isBelow = rows.indexOf(over) > rows.indexOf(dragged);
  // Dropped on a row further down, it takes that row's place; so it comes before the next one.
  const before = isBelow ? rows[rows.indexOf(over) + 1] : over;
  const form = dragged.querySelector("form");
  form.elements.before.value = before?.dataset.bloc ?? "";
  // Pressed, not sent: htmx sends along the button that was pressed.
  form.querySelector("[data-before]").click();
});

document.addEventListener("dragend", () => {
  clear();
  dragged = null;
});

document.body.addEventListener("htmx:afterSettle", prepare);
prepare();
