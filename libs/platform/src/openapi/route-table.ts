import type { FastifyContextConfig, RouteOptions } from 'fastify';

/** A route as the OpenAPI document and the start-up check see it. */
export interface Route {
  readonly method: string;
  readonly url: string;
  readonly config: FastifyContextConfig;
}

/** The routes of one service, collected while Fastify registers them. */
export class RouteTable {
  private readonly routes: Route[] = [];

  add({ method, url, config }: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
    for (const one of [method].flat())
      if (one !== 'HEAD' && one !== 'OPTIONS') this.routes.push({ method: one, url, config: config ?? {} });
  }

  /** The methods that a path answers to; none when nothing is there. */
  methodsAt(path: string): readonly string[] {
    const segments = path.split('/');
    const found = this.routes.filter(({ url }) => {
      const parts = url.split('/');
      return (
        parts.length === segments.length &&
        parts.every((part, index) => part === segments[index] || (part.startsWith(':') && segments[index] !== ''))
      );
    });
    return [...new Set(found.map(({ method }) => method))];
  }

  /** Throws when a route needs neither a scope nor says that it is public. */
  refuseUnguarded(): void {
    const open = this.routes.filter(({ config }) => config.scope === undefined && config.public !== true);
    if (open.length === 0) return;
    throw new Error(
      `routes without @Scope or @Public: ${open.map(({ method, url }) => `${method} ${url}`).join(', ')}`,
    );
  }

  /** Routes of the API, in the order of their paths. */
  get described(): readonly Route[] {
    return this.routes
      .filter(({ config }) => config.describe !== undefined || config.scope !== undefined)
      .sort((left, right) => (left.url < right.url ? -1 : left.url === right.url ? 0 : 1));
  }
}
