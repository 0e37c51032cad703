/* The page of the interface: Swagger UI over our own description; nothing is asked of another server. */
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#interface",
  deepLinking: true,
  validatorUrl: null,
  onComplete: () => { document.body.dataset.ready = "true"; },
});
