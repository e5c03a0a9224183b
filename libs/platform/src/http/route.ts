import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import type { Scope as ScopeName } from '../auth/scopes.js';
import type { ListSpec } from '../lists/list-spec.js';

/** What a route says about itself beside its path. */
export interface RouteDescription {
  readonly summary: string;
  /** Class of the body; found by itself where the handler has a typed `@Body()`. */
  readonly body?: TSchema | (abstract new () => object);
  /** Body of the answer; commands that return an `Answer` need none. */
  readonly response?: TSchema;
  /** Status of success. Default: 201 for POST with an `Answer`, else 200. */
  readonly status?: number;
  /** The fields of a list route. */
  readonly list?: ListSpec;
  /** Further query parameters with their meaning. */
  readonly query?: Readonly<Record<string, string>>;
  /** Schema of one item of a batch or import route. */
  readonly items?: TSchema;
  readonly kind?: 'batch' | 'import' | 'import-status';
}

/** Everything that the hooks and the OpenAPI document read of a route. */
export interface RouteFacts {
  readonly scope?: ScopeName;
  readonly public?: boolean;
  readonly readModels?: readonly string[];
  readonly describe?: RouteDescription;
  readonly bodyClass?: abstract new () => object;
}

declare module 'fastify' {
  // The name of the interface is Fastify's.
  interface FastifyContextConfig {
    readonly scope?: ScopeName;
    readonly public?: boolean;
    readonly readModels?: readonly string[];
    readonly describe?: RouteDescription;
    readonly bodyClass?: abstract new () => object;
  }
}

const FACTS = 'crm:route';

/** The scope that a token needs for this route. A route without one, and not `@Public()`, keeps the service from starting. */
export function Scope(scope: ScopeName): MethodDecorator {
  return addFacts({ scope });
}

/** A route that needs no token. */
export function Public(): MethodDecorator {
  return addFacts({ public: true });
}

/** The read models that a GET route reads: a `Read-After` token waits for them. */
export function ReadModels(...readModels: readonly string[]): MethodDecorator {
  return addFacts({ readModels });
}

/** Describes a route for the OpenAPI document. */
export function Describe(describe: RouteDescription): MethodDecorator {
  return (target, key, descriptor) => {
    const bodyClass = describe.body === undefined ? bodyClassOf(target, key) : undefined;
    addFacts({ describe, ...(bodyClass === undefined ? {} : { bodyClass }) })(target, key, descriptor);
  };
}

/** Handler parameter: who sends the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = context.switchToHttp().getRequest<FastifyRequest>().crm?.principal;
  if (principal === undefined) throw new Error('a public route has no caller');
  return principal;
});

function addFacts(facts: RouteFacts): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const merged = { ...(Reflect.getMetadata(FACTS, handler) as RouteFacts | undefined), ...facts };
    Reflect.defineMetadata(FACTS, merged, handler);
    (RouteConfig(merged) as MethodDecorator)(target, key, descriptor);
  };
}

const ROUTE_ARGUMENTS = '__routeArguments__';
const BODY_PARAMETER = '3';

/** Parameter decorators and types are known by the time a method decorator runs. */
function bodyClassOf(target: object, key: string | symbol): (abstract new () => object) | undefined {
  const args = (Reflect.getMetadata(ROUTE_ARGUMENTS, target.constructor, key) ?? {}) as Readonly<
    Record<string, { readonly index: number }>
  >;
  const body = Object.entries(args).find(([name]) => name.startsWith(`${BODY_PARAMETER}:`))?.[1];
  if (body === undefined) return undefined;
  const types = (Reflect.getMetadata('design:paramtypes', target, key) ?? []) as readonly unknown[];
  const type = types[body.index];
  return typeof type === 'function' && type !== Object ? (type as abstract new () => object) : undefined;
}
