/** State of one dependency. */
export interface HealthState {
  readonly ok: boolean;
  readonly detail?: unknown;
}

/** A dependency or a consumer that tells how it is. */
export interface HealthContributor {
  readonly name: string;
  check(): Promise<HealthState>;
}

/** Body of `/health/ready`. */
export interface Readiness {
  readonly status: 'up' | 'down';
  readonly checks: Readonly<Record<string, HealthState>>;
}

const TIMEOUT_MS = 2_000;

/** The dependencies of one service; contributors may be added while it runs. */
export class Health {
  private readonly contributors = new Map<string, HealthContributor>();

  constructor(contributors: readonly HealthContributor[] = []) {
    contributors.forEach((contributor) => this.add(contributor));
  }

  add(contributor: HealthContributor): void {
    this.contributors.set(contributor.name, contributor);
  }

  /** Asks all at once; one that throws or does not answer within 2 s is down. */
  async readiness(): Promise<Readiness> {
    const states = await Promise.all(
      [...this.contributors.values()].map(async (one) => [one.name, await stateOf(one)] as const),
    );
    return { status: states.every(([, { ok }]) => ok) ? 'up' : 'down', checks: Object.fromEntries(states) };
  }
}

async function stateOf(contributor: HealthContributor): Promise<HealthState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthState>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: 'no answer' }), TIMEOUT_MS);
  });
  try {
    return await Promise.race([contributor.check(), late]);
  } catch {
    return { ok: false, detail: 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
