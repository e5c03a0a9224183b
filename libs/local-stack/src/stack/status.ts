import { environment } from '../config.js';
import { Stack } from './stack.js';

/** One line of `npm run stack:status`. */
export interface ProcessStatus {
  readonly name: string;
  readonly state: 'ready' | 'not ready' | 'not running';
  readonly port: number;
  readonly pid: number | undefined;
}

export interface StackStatus {
  readonly gateway: string;
  readonly status: 'starting' | 'up' | 'stopping';
  readonly processes: readonly ProcessStatus[];
}

/** What runs, and whether it is ready; undefined when no stack was started. */
export async function stackStatus(folder = environment.stackFolder()): Promise<StackStatus | undefined> {
  const stack = Stack.open(folder);
  if (stack === undefined) return undefined;
  const { gateway, status, processes } = stack.state;
  const pidOf = (name: string): number | undefined => processes.find((one) => one.name === name)?.pid;
  return {
    gateway,
    status,
    processes: await Promise.all(
      stack.names.map(async (name): Promise<ProcessStatus> => {
        const { port, isReady } = stack.process(name);
        if (!stack.isRunning(name)) return { name, state: 'not running', port, pid: undefined };
        return { name, state: (await isReady()) ? 'ready' : 'not ready', port, pid: pidOf(name) };
      }),
    ),
  };
}
