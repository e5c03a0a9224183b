import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenApiDocument } from './document.js';

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>CRM API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** A document that the Swagger UI offers. */
export interface DocsEntry {
  readonly name: string;
  readonly url: string;
}

/** Serves OpenAPI documents at their paths, and a Swagger UI for them at `/docs`, from the installed package alone. */
export function registerDocs(
  fastify: FastifyInstance,
  entries: readonly DocsEntry[],
  documents: Readonly<Record<string, () => OpenApiDocument>>,
): void {
  const config = { public: true };
  for (const [url, document] of Object.entries(documents)) fastify.get(url, { config }, () => document());
  fastify.get('/docs', { config }, (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  const start = `SwaggerUIBundle({ urls: ${JSON.stringify(entries)}, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: 'StandaloneLayout' });\n`;
  fastify.get('/docs/start.js', { config }, (_, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const [name, type] of Object.entries(ASSETS))
    fastify.get(`/docs/${name}`, { config }, async (_, reply) =>
      reply
        .type(type)
        .header('Cache-Control', 'max-age=86400')
        .send(await readFile(join(folder, name))),
    );
}
