import { Rejected } from '@crm/event-sourcing';

const RENEW_BEFORE_MS = 60_000;
const TIMEOUT_MS = 5_000;

/** A token and when it ends (milliseconds since 1970). */
export interface ServiceToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** Gets a new token for an audience. */
export type TokenSource = (audience: string) => Promise<ServiceToken>;

/** Tokens with which this service calls others: one per callee, kept until a minute before it ends. */
export class ServiceTokens {
  private readonly held = new Map<string, ServiceToken>();
  private readonly asking = new Map<string, Promise<ServiceToken>>();

  constructor(
    private readonly source: TokenSource,
    private readonly clock: () => number = Date.now,
  ) {}

  /** A token whose audience is the callee. Concurrent callers share one request; a failed one is not kept. */
  async tokenFor(audience: string): Promise<string> {
    const held = this.held.get(audience);
    if (held !== undefined && held.expiresAt - this.clock() > RENEW_BEFORE_MS) return held.token;
    const asking = this.asking.get(audience) ?? this.ask(audience);
    return (await asking).token;
  }

  private ask(audience: string): Promise<ServiceToken> {
    const asking = this.source(audience).finally(() => this.asking.delete(audience));
    this.asking.set(audience, asking);
    void asking.then(
      (token) => this.held.set(audience, token),
      () => undefined,
    );
    return asking;
  }
}

export interface ClientCredentials {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock?: () => number;
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
    const { access_token: token, expires_in: seconds } = (await response.json()) as {
      access_token: string;
      expires_in: number;
    };
    return { token, expiresAt: (options.clock ?? Date.now)() + seconds * 1000 };
  };
}
