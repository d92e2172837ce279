// Shows the OpenAPI document; the session's cookie is sent along, so a logged-in officer can try routes.
window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("document");
  window.SwaggerUIBundle({ url: place.dataset.address, domNode: place, deepLinking: true, validatorUrl: null });
});
