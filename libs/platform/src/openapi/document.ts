import { sharedSchemas } from './answer-schemas.js';
import { bodySchemas, referredSchemas } from './body-schemas.js';
import { bodyClassName, operationOf } from './operation.js';
import type { RouteTable } from './route-table.js';

/** Title, version and description of a document. */
export interface ServiceTitle {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: ServiceTitle;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [member: string]: unknown;
}

/** The document of a service, from its routes and the classes of their bodies. */
export function openApiDocument(table: RouteTable, info: ServiceTitle): OpenApiDocument {
  const routes = table.described;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.url.replace(/:([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info,
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      },
      schemas: { ...sharedSchemas, ...referredSchemas(bodySchemas(), routes.flatMap(bodyClassName)) },
    },
  };
}
