import { Rejected, Stopwatch } from '@crm/event-sourcing';

const RENEW_BEFORE_MS = 60_000;
const TIMEOUT_MS = 5_000;
/** Of a token whose issuer does not say how long it lives. */
const UNKNOWN_LIFE_SECONDS = 60;

/** A token, and for how long it holds from now on. */
export interface ServiceToken {
  readonly token: string;
  readonly lifeMs: number;
}

/** Gets a new token for an audience. */
export type TokenSource = (audience: string) => Promise<ServiceToken>;

/** Tokens with which this service calls others: one per callee, kept until a minute before it ends, a short one for half its life. */
export class ServiceTokens {
  private readonly held = new Map<
    string,
    { readonly token: string; readonly age: Stopwatch; readonly keepMs: number }
  >();
  private readonly asking = new Map<string, Promise<ServiceToken>>();

  constructor(private readonly source: TokenSource) {}

  /** A token whose audience is the callee. Concurrent callers share one request; a failed one is not kept. */
  async tokenFor(audience: string): Promise<string> {
    const held = this.held.get(audience);
    if (held !== undefined && held.age.ms < held.keepMs) return held.token;
    const asking = this.asking.get(audience) ?? this.ask(audience);
    return (await asking).token;
  }

  private ask(audience: string): Promise<ServiceToken> {
    const age = new Stopwatch();
    const asking = this.source(audience).finally(() => this.asking.delete(audience));
    this.asking.set(audience, asking);
    void asking.then(
      ({ token, lifeMs }) => {
        this.held.set(audience, { token, age, keepMs: Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2) });
      },
      () => undefined,
    );
    return asking;
  }
}

export interface ClientCredentials {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The OAuth 2 client-credentials grant over HTTP. */
export function clientCredentials(options: ClientCredentials): TokenSource {
  return async (audience) => {
    const response = await fetch(options.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: options.clientId,
        client_secret: options.clientSecret,
        audience,
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok)
      throw new Rejected('issuer-unavailable', `The issuer answered ${String(response.status)}`, {
        status: 503,
        retryAfter: 2,
      });
    const { access_token: token, expires_in: seconds = UNKNOWN_LIFE_SECONDS } = (await response.json()) as {
      readonly access_token: string;
      readonly expires_in?: number;
    };
    return { token, lifeMs: seconds * 1000 };
  };
}
