import { Rejected } from '@crm/event-sourcing';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { principalOf, type Principal } from './principal.js';
import { ROLES } from './scopes.js';

const INSERT = `INSERT INTO platform.api_key (id, name, secret_hash, roles, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`;
const FIND = `SELECT name, secret_hash AS "secretHash", roles, expires_at AS "expiresAt", revoked_at AS "revokedAt"
FROM platform.api_key WHERE id = $1`;
const LIST = `SELECT id, name, roles, created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt", revoked_at AS "revokedAt"
FROM platform.api_key ORDER BY created_at, id`;
const REVOKE = 'UPDATE platform.api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING name';

const KEY = /^crm_([0-9a-f]{24})_([A-Za-z0-9_-]{43})$/;
const CACHE_MS = 5_000;
const CACHE_SIZE = 1_000;

/** Roles that an API key may hold: all but `service`, which only tokens of services carry. */
export const API_KEY_ROLES: readonly string[] = ROLES.filter((role) => role !== 'service');

/** An API key as it is listed: without its secret, which is nowhere. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface ApiKeyWish {
  readonly name: string;
  readonly roles: readonly string[];
  readonly expiresAt?: string;
}

interface Stored {
  readonly name: string;
  readonly secretHash: Buffer;
  readonly roles: readonly string[];
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly readAt: number;
}

/** API keys of one service, kept as SHA-256 of a 256-bit random secret. A revoked key works for at most 5 s more on other processes. */
export class ApiKeys {
  private readonly cache = new Map<string, Stored>();

  constructor(
    private readonly pool: Pool,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Makes a key. The returned text is the only copy of the secret. */
  async create(wish: ApiKeyWish, createdBy: string): Promise<{ readonly id: string; readonly key: string }> {
    const unknown = wish.roles.find((role) => !API_KEY_ROLES.includes(role));
    if (unknown !== undefined || wish.roles.length === 0)
      throw new Rejected('validation-failed', 'Roles must be known ones', { status: 400 });
    if (wish.expiresAt !== undefined && Date.parse(wish.expiresAt) <= this.clock())
      throw new Rejected('validation-failed', 'The request is not valid', {
        status: 400,
        errors: [{ pointer: '/expiresAt', code: 'invalid', detail: 'A key expires in the future' }],
      });
    const id = randomBytes(12).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const { rowCount } = await this.pool.query(INSERT, [
      id,
      wish.name,
      hashOf(secret),
      wish.roles,
      createdBy,
      wish.expiresAt ?? null,
    ]);
    if (rowCount === 0)
      throw new Rejected('api-key-name-taken', 'Revoke the other key of this name first, or take another name');
    return { id, key: `crm_${id}_${secret}` };
  }

  /** The principal of a key; `Rejected` with 401 when it is none, expired or revoked. */
  async verify(text: string): Promise<Principal> {
    const [, id = '', secret = ''] = KEY.exec(text) ?? [];
    const stored = id === '' ? undefined : await this.find(id);
    if (stored === undefined || stored.revokedAt !== null || !timingSafeEqual(stored.secretHash, hashOf(secret)))
      throw new Rejected('token-invalid', 'The API key is not valid', { status: 401 });
    if (stored.expiresAt !== null && Date.parse(stored.expiresAt) <= this.clock())
      throw new Rejected('token-expired', 'The API key has expired', { status: 401 });
    return principalOf(`client:${stored.name}`, `api-key:${id}`, stored.roles);
  }

  async list(): Promise<readonly ApiKey[]> {
    const { rows } = await this.pool.query<ApiKey>(LIST);
    return rows;
  }

  /** Ends a key for good. */
  async revoke(id: string): Promise<void> {
    const { rowCount } = await this.pool.query(REVOKE, [id]);
    this.cache.delete(id);
    if (rowCount === 0) throw new Rejected('not-found', 'There is no such API key', { status: 404 });
  }

  private async find(id: string): Promise<Stored | undefined> {
    const cached = this.cache.get(id);
    if (cached !== undefined && this.clock() - cached.readAt < CACHE_MS) return cached;
    const { rows } = await this.pool.query<Omit<Stored, 'readAt'>>(FIND, [id]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const stored = { ...row, readAt: this.clock() };
    if (this.cache.size >= CACHE_SIZE) this.cache.clear();
    this.cache.set(id, stored);
    return stored;
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
