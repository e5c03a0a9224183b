/** Every scope that a route may ask for. A role is a set of scopes; clients only ever hold roles. */
// prettier-ignore
export const SCOPES = [
  'parties:read', 'parties:write', 'parties:erase', 'erasures:read', 'timeline:read',
  'consents:read', 'consents:write', 'policies:read', 'policies:write', 'permissions:check', 'permissions:reserve',
  'campaigns:read', 'campaigns:write', 'waves:read', 'waves:write', 'treatments:read', 'responses:read', 'responses:write',
  'orders:read', 'orders:write', 'tasks:read', 'tasks:write', 'leads:read', 'leads:write', 'opportunities:read', 'opportunities:write',
  'contact-events:write', 'interactions:read', 'cases:read', 'cases:write', 'service-tasks:read', 'service-tasks:write',
  'marts:read', 'marts:refresh', 'features:read', 'models:read', 'models:run', 'models:promote', 'scores:read',
  'segments:read', 'segments:write',
  'target-lists:read', 'target-lists:write', 'results:read', 'results:compute', 'loops:read',
  'business-rules:read', 'business-rules:write', 'kpis:read', 'cohorts:read',
  'feeds:read', 'api-keys:manage', 'dead-letters:manage', 'projections:rebuild',
] as const;

export type Scope = (typeof SCOPES)[number];

// prettier-ignore
const readsAnalytics: readonly Scope[] = [
  'marts:read', 'features:read', 'models:read', 'scores:read', 'segments:read', 'target-lists:read', 'results:read', 'loops:read',
  'business-rules:read', 'kpis:read', 'cohorts:read',
];

// prettier-ignore
const SCOPES_OF_ROLE = {
  admin: SCOPES,
  marketer: [
    'campaigns:read', 'campaigns:write', 'waves:read', 'waves:write', 'treatments:read', 'responses:read', 'responses:write',
    'segments:read', 'segments:write', 'target-lists:read', 'target-lists:write',
    'parties:read', 'scores:read', 'results:read', 'loops:read',
  ],
  sales: [
    'parties:read', 'parties:write', 'orders:read', 'tasks:read', 'tasks:write', 'leads:read', 'leads:write',
    'opportunities:read', 'opportunities:write', 'timeline:read', 'scores:read',
  ],
  agent: [
    'parties:read', 'parties:write', 'consents:read', 'consents:write', 'permissions:check', 'interactions:read',
    'cases:read', 'cases:write', 'service-tasks:read', 'service-tasks:write', 'timeline:read', 'scores:read',
  ],
  analyst: [
    ...readsAnalytics, 'models:run', 'models:promote', 'marts:refresh', 'segments:write', 'results:compute', 'business-rules:write',
  ],
  data: ['feeds:read'],
  integration: ['parties:write', 'consents:write', 'orders:write', 'contact-events:write', 'responses:write', 'waves:write'],
  service: ['permissions:check', 'permissions:reserve', 'feeds:read'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

export type Role = keyof typeof SCOPES_OF_ROLE;

/** Every role, as a token or an API key may carry it. */
export const ROLES = Object.keys(SCOPES_OF_ROLE) as readonly Role[];

/** The scopes of some roles; unknown roles give none. */
export function scopesOf(roles: readonly string[]): ReadonlySet<Scope> {
  return new Set(ROLES.filter((role) => roles.includes(role)).flatMap((role) => [...SCOPES_OF_ROLE[role]]));
}
