import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const IMPORTS = `import pg from 'pg'; import { startEmbeddedPostgres } from '@crm/embedded-postgres';`;

/** A Node process of its own that runs `body` on the built library; `dataDir` is defined in it. */
export class OtherProcess {
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  private constructor(readonly child: ChildProcess) {
    if (!child.stdout || !child.stderr) throw new Error('the child has no pipes');
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  static run(dataDir: string, body: string, identity: { uid?: number; gid?: number } = {}): OtherProcess {
    const script = `${IMPORTS} const dataDir = ${JSON.stringify(dataDir)}; ${body}`;
    const args = ['--input-type=module', '-e', script];
    return new OtherProcess(
      spawn(process.execPath, args, { ...identity, cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  /** The next line that the process prints. */
  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done) throw new Error(`the process ended: ${this.errors}`);
    return next.value;
  }

  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }
}
