import { resolve } from 'node:path';
import type { ServiceName } from '@crm/contracts';
import { clusterFolders } from '@crm/embedded-postgres';
import type { PrivacyKeys } from '@crm/privacy';
import { ApiClient } from '../api-client.js';
import { databaseOf, definitions, startStack } from '../embedded/embedded-stack.js';
import { runningInstance } from '../embedded/instance.js';
import { progressOf } from '../output.js';
import { mintFor } from '../target.js';
import { acknowledgedIsStored } from './acknowledgements.js';
import { nothingIsLeft } from './canaries.js';
import type { CheckResult } from './check.js';
import { consumersAreComplete, nothingIsStalled } from './consumer-checks.js';
import { withServices, type Deployment } from './deployment.js';
import { commandsAnswerAlike, lanesAreGapless, streamsAreOrdered } from './log-checks.js';
import { loopsReconcile, nothingIsDoneTwice, projectionsAreDeterministic } from './runtime-checks.js';
import { untilQuiet } from './until-quiet.js';

const QUIET_WITHIN_MS = 60_000;

interface GivenFiles {
  /** File of acknowledged commands. */
  readonly acks?: string;
  /** File of personal values that must be nowhere. */
  readonly canaries?: string;
  /** Further folders in which they must not be: logs, a broker's data. */
  readonly folders?: readonly string[];
  /** How long the services may take until they have nothing to do. Default: a minute. */
  readonly quietWithinMs?: number;
}

/** Services that run by themselves: where their databases and their HTTP interface are. */
export interface RunningElsewhere {
  readonly databases: ReadonlyMap<ServiceName, string>;
  /** Default: the development keys. */
  readonly keys?: (service: ServiceName) => PrivacyKeys;
  readonly client: ApiClient;
}

/** What is to be checked, and against what: services that run somewhere, or those of a data folder on which none runs. */
export type VerifyOptions = GivenFiles & (RunningElsewhere | { readonly dataDir: string });

/** Waits until the services are quiet, and checks every invariant. Services of a data folder are started for it. */
export async function verify(options: VerifyOptions): Promise<readonly CheckResult[]> {
  if ('dataDir' in options) return onDataFolder(options);
  const { databases, keys, client, folders = [] } = options;
  return check({ databases, client, folders, ...(keys === undefined ? {} : { keys }) }, options);
}

async function onDataFolder(options: GivenFiles & { readonly dataDir: string }): Promise<readonly CheckResult[]> {
  const { dataDir, folders = [] } = options;
  if ((await runningInstance(dataDir)) !== undefined)
    throw new Error('the services are running on this folder: stop them first');
  const stack = await startStack({ dataDir, port: 0 });
  try {
    const databases = new Map(definitions.map(({ name }) => [name, stack.postgres.url(databaseOf(name))] as const));
    const client = new ApiClient(stack.url, mintFor(stack.issuer));
    return await check(
      { databases, client, folders: [dataDir, ...clusterFolders(resolve(dataDir)), ...folders] },
      options,
    );
  } finally {
    await stack.stop();
  }
}

async function check(
  deployment: Deployment,
  { acks, canaries, quietWithinMs = QUIET_WITHIN_MS }: GivenFiles,
): Promise<readonly CheckResult[]> {
  const progress = progressOf('verifying');
  try {
    return await withServices(deployment, async (services) => {
      await untilQuiet(services, quietWithinMs);
      return [
        await acknowledgedIsStored(services, acks),
        await lanesAreGapless(services),
        await streamsAreOrdered(services),
        await consumersAreComplete(services),
        await nothingIsDoneTwice(services),
        await projectionsAreDeterministic(services, (done, total) => {
          progress.update(done, total);
        }),
        await loopsReconcile(deployment.client),
        await commandsAnswerAlike(services),
        await nothingIsStalled(services),
        await nothingIsLeft(services, deployment.folders, canaries),
      ];
    });
  } finally {
    progress.finish();
  }
}
