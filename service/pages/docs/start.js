SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  syntaxHighlight: { activated: false }, // it takes seconds for a long answer, such as that of /metrics
  validatorUrl: null, // which would be asked at another host
});
