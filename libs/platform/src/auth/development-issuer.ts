import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Role } from './scopes.js';

const ALGORITHM = 'ES256';
const SERVICE_TOKEN_SECONDS = 600;

interface KeyFile {
  readonly privateKey: JWK;
  readonly publicKey: JWK;
  readonly clientSecret: string;
}

export interface TokenWish {
  readonly sub: string;
  readonly roles: readonly Role[];
  readonly org?: string;
  /** Default: `crm`, valid at every service. */
  readonly aud?: string;
  /** Seconds. Default: 12 hours. */
  readonly ttl?: number;
}

/** Answer of an OAuth 2 token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string | number>>;
}

/** An issuer for development and the embedded mode. Its key lives in one file, so that tokens outlast a restart. */
export class DevelopmentIssuer {
  private constructor(
    readonly issuer: string,
    private readonly keys: KeyFile,
    private readonly signingKey: CryptoKey | Uint8Array,
  ) {}

  /** Reads or makes the key file (mode 0600). Refuses to exist when `NODE_ENV` is `production`. */
  static async open(options: {
    readonly folder: string;
    readonly nodeEnv: string | undefined;
    readonly issuer?: string;
  }): Promise<DevelopmentIssuer> {
    if (options.nodeEnv === 'production')
      throw new Error('the development issuer does not run in production; configure an OIDC issuer');
    const file = join(options.folder, 'dev-issuer.json');
    const keys = (await readKeys(file)) ?? (await makeKeys(file));
    const signingKey = await importJWK(keys.privateKey, ALGORITHM);
    return new DevelopmentIssuer(options.issuer ?? 'urn:crm:dev-issuer', keys, signingKey);
  }

  /** The public keys, as `/dev-issuer/jwks` publishes them. */
  get jwks(): JSONWebKeySet {
    return { keys: [this.keys.publicKey] };
  }

  /** Secret of the client-credentials grant for all services of this installation. */
  get clientSecret(): string {
    return this.keys.clientSecret;
  }

  async mint(wish: TokenWish): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ roles: wish.roles, ...(wish.org === undefined ? {} : { org: wish.org }) })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.keys.publicKey.kid ?? '' })
      .setIssuer(this.issuer)
      .setSubject(wish.sub)
      .setAudience(wish.aud ?? 'crm')
      .setIssuedAt(now)
      .setExpirationTime(now + (wish.ttl ?? 12 * 3600))
      .sign(this.signingKey);
  }

  /** The client-credentials grant: a token of role `service` for one audience. */
  async grant(form: Readonly<Record<string, unknown>>): Promise<TokenAnswer> {
    const { grant_type: grantType, client_id: clientId, client_secret: secret, audience } = form;
    if (grantType !== 'client_credentials') return { status: 400, body: { error: 'unsupported_grant_type' } };
    if (typeof clientId !== 'string' || typeof audience !== 'string' || !/^[a-z-]{1,40}$/.test(clientId))
      return { status: 400, body: { error: 'invalid_request' } };
    if (typeof secret !== 'string' || !equal(secret, this.keys.clientSecret))
      return { status: 401, body: { error: 'invalid_client' } };
    const token = await this.mint({ sub: clientId, roles: ['service'], aud: audience, ttl: SERVICE_TOKEN_SECONDS });
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: SERVICE_TOKEN_SECONDS } };
  }
}

async function readKeys(file: string): Promise<KeyFile | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as KeyFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written beside and renamed, so that a crash never leaves half a key. */
async function makeKeys(file: string): Promise<KeyFile> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const kid = randomBytes(8).toString('hex');
  const keys: KeyFile = {
    privateKey: { ...(await exportJWK(pair.privateKey)), kid },
    publicKey: { ...(await exportJWK(pair.publicKey)), kid, alg: ALGORITHM, use: 'sig' },
    clientSecret: randomBytes(32).toString('base64url'),
  };
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${String(process.pid)}.new`;
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, file);
  return keys;
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
