import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRunning } from '../processes/identity.js';
import { ask, freePorts, isTaken } from '../processes/ports.js';
import { findProgram } from '../programs.js';
import { redisAnswers, startRedis } from './redis.js';

const describeWithRedis = findProgram('redis-server') === undefined ? describe.skip : describe;

describeWithRedis('a job store of its own (skipped where Redis is not installed)', () => {
  let dataDir: string;
  let port: number;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'crm-redis-'));
    [port = 0] = await freePorts(1);
  });

  afterAll(() => rm(dataDir, { recursive: true }));

  const tell = async (command: string): Promise<string> =>
    (await ask(port, Buffer.from(`${command}\r\n`)))?.toString('utf8') ?? '';

  it('forgets everything, evicts nothing and leaves nothing behind', async () => {
    const redis = await startRedis({ dataDir, port });
    expect(redis.url).toBe(`redis://127.0.0.1:${String(port)}`);
    expect(await tell('CONFIG GET maxmemory-policy')).toContain('noeviction');
    expect(await tell('SET job 1')).toContain('OK');
    await redis.stop();
    expect([isRunning(redis), await isTaken(port), await redisAnswers(port)]).toEqual([false, false, false]);
    expect(await readdir(dataDir)).toEqual(['redis.log']);
    const again = await startRedis({ dataDir, port });
    expect(await tell('GET job')).toBe('$-1\r\n');
    await again.kill();
  });

  it('says what is wrong when its port is taken', async () => {
    const redis = await startRedis({ dataDir, port });
    await expect(startRedis({ dataDir, port })).rejects.toThrow(`port ${String(port)} is taken`);
    await redis.kill();
  });
});
