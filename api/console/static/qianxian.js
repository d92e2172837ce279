// The little that htmx and HTML do not do by themselves.
// On a phone the menu is wider than the page: where one is, is in view. The script runs behind the page.
for (const here of document.querySelectorAll(".qx-menu [aria-current]")) {
  here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
}

document.addEventListener("keydown", (event) => {
  // Enter in a search field picks nothing and must not send the whole form.
  if (event.key === "Enter" && event.target.matches("[data-quiet-enter]")) event.preventDefault();
});

document.addEventListener("htmx:sendError", (event) => {
  const place = document.getElementById("offline");
  if (place) place.hidden = false;
  event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const place = document.getElementById("offline");
  if (place && event.detail.successful) place.hidden = true;
});

document.addEventListener("htmx:afterSwap", (event) => {
  // A new part announces itself: the reader's focus and view go there, on a phone above all.
  const part = event.detail.target.querySelector("[data-look-here]");
  if (!part) return;
  part.focus({ preventScroll: true });
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  part.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
});
