import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DataFolderLock } from './data-folder-lock.js';
import { DataFolderInUse } from './errors.js';
import { processSpace, processStart } from './process-identity.js';
import { removeTemporaryFolders, temporaryFolder } from './spec-kit/folders.js';

afterEach(removeTemporaryFolders);

function heldBy(holder: object): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'postgres.lock.7'), JSON.stringify(holder));
  return folder;
}

describe('lock of a data folder', () => {
  it('is held by one holder at a time and names it to the next', () => {
    const folder = temporaryFolder();
    DataFolderLock.acquire(folder).release();
    const lock = DataFolderLock.acquire(folder);
    expect(() => DataFolderLock.acquire(folder)).toThrow(new DataFolderInUse(folder, process.pid));
    lock.release();
    DataFolderLock.acquire(folder);
  });

  it('is held by another process that lives', () => {
    const parent = { pid: process.ppid, start: processStart(process.ppid), space: processSpace() };
    const folder = heldBy(parent);
    expect(() => DataFolderLock.acquire(folder)).toThrow(`in use by process ${process.ppid}`);
  });

  it('falls free when its process number belongs to a later process', () => {
    DataFolderLock.acquire(heldBy({ pid: process.ppid, start: '1', space: processSpace() }));
  });

  it('falls free when the machine has been restarted', () => {
    DataFolderLock.acquire(heldBy({ pid: process.pid, start: processStart(process.pid), space: 'an earlier boot' }));
  });

  it('falls free when a power cut left its file empty', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'postgres.lock.3'), '');
    DataFolderLock.acquire(folder);
  });

  it('leaves one file behind, however often it is taken', () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 5; round++) DataFolderLock.acquire(folder).release();
    expect(readdirSync(folder)).toEqual(['postgres.lock.5']);
  });
});
