import { resolve } from 'node:path';
import { clusterFolders } from '@crm/embedded-postgres';
import { createPool } from '@crm/event-sourcing';
import { ApiClient } from '../api-client.js';
import { databaseOf, definitions, startStack } from '../embedded/embedded-stack.js';
import { runningInstance } from '../embedded/instance.js';
import { progressOf } from '../output.js';
import { mintFor } from '../target.js';
import { acknowledgedIsStored } from './acknowledgements.js';
import { nothingIsLeft } from './canaries.js';
import type { CheckResult } from './check.js';
import { commandsAnswerAlike, lanesAreGapless, streamsAreOrdered } from './log-checks.js';
import {
  consumersAreComplete,
  loopsReconcile,
  nothingIsDoneTwice,
  nothingIsStalled,
  projectionsAreDeterministic,
} from './runtime-checks.js';

const SETTLE_MS = 60_000;

/** What is to be checked, and against what. */
export interface VerifyOptions {
  readonly dataDir: string;
  /** File of acknowledged commands. */
  readonly acks?: string;
  /** File of personal values that must be nowhere. */
  readonly canaries?: string;
}

/** Starts the services of a data folder, waits until they are quiet, and checks every invariant. */
export async function verify({ dataDir, acks, canaries }: VerifyOptions): Promise<readonly CheckResult[]> {
  if ((await runningInstance(dataDir)) !== undefined)
    throw new Error('the services are running on this folder: stop them first');
  const progress = progressOf('verifying');
  const stack = await startStack({ dataDir, port: 0 });
  const databases = new Map(
    definitions.map(({ name }) => [name, createPool({ url: stack.postgres.url(databaseOf(name)), max: 2 })] as const),
  );
  try {
    for (const { runner } of stack.host.services.values()) await runner.idle(SETTLE_MS).catch(() => undefined);
    const client = new ApiClient(stack.url, mintFor(stack.issuer));
    return [
      await acknowledgedIsStored(databases, acks),
      await lanesAreGapless(databases),
      await streamsAreOrdered(databases),
      await consumersAreComplete(stack.host.services),
      await nothingIsDoneTwice(databases),
      await projectionsAreDeterministic(stack.host.services, (done, total) => {
        progress.update(done, total);
      }),
      await loopsReconcile(client),
      await commandsAnswerAlike(databases),
      await nothingIsStalled(stack.host.services),
      await nothingIsLeft(databases, [dataDir, ...clusterFolders(resolve(dataDir))], canaries),
    ];
  } finally {
    progress.finish();
    await Promise.all([...databases.values()].map((pool) => pool.end()));
    await stack.stop();
  }
}
