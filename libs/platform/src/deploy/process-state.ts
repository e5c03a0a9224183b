import type { HealthContributor, HealthState } from '../health/health.js';

/** How far a process is; ready only while it runs. */
export class ProcessState implements HealthContributor {
  readonly name = 'process';
  private phase: 'starting' | 'running' | 'stopping' = 'starting';
  /** What it is doing on the way there, for the log of a start or stop that takes too long. */
  step = 'beginning';

  running(): void {
    this.phase = 'running';
  }

  stopping(): void {
    this.phase = 'stopping';
  }

  check(): Promise<HealthState> {
    return Promise.resolve({
      ok: this.phase === 'running',
      detail: this.phase === 'starting' ? `starting: ${this.step}` : this.phase,
    });
  }
}
