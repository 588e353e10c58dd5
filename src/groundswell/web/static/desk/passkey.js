"use strict";
// A passkey is asked for when the button of its form is pressed, and sent with the form.
// Without script, or in a browser that knows none, the form stays hidden: there is another way in.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!webauthnJSON.supported()) continue;
  const wrong = form.querySelector("[role=alert]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      const credential = await webauthnJSON[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      wrong.textContent = form.dataset.wrong;
    }
  });
}
