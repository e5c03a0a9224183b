import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { environment, repository } from '../config.js';
import { LocalStackError } from '../errors.js';
import { requireProgram } from '../programs.js';

const POM = join(repository, 'infra', 'local', 'pom.xml');

/** The folder with Kafka's jars, fetched by Maven on first use. It is there whole or not at all. */
export async function kafkaJars(log: (line: string) => void = () => undefined): Promise<string> {
  const jars = jarsFolder();
  if (existsSync(jars)) return jars;
  const maven = requireProgram('mvn');
  log(`fetching Kafka ${kafkaVersion()} with Maven, once`);
  const draft = `${jars}.${randomUUID()}`;
  try {
    await copyDependencies(maven, draft);
    renameSync(draft, jars);
  } catch (error) {
    // Another start may have fetched the same at this moment.
    if (!existsSync(jars)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return jars;
}

/** Whether Kafka's jars have been fetched already, so that Maven is not needed. */
export function hasKafkaJars(): boolean {
  return existsSync(jarsFolder());
}

// Another list of dependencies is another folder.
function jarsFolder(): string {
  const list = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 8);
  return join(writableCache(), `kafka-${kafkaVersion()}-${list}`);
}

function kafkaVersion(): string {
  const [, version] = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(readFileSync(POM, 'utf8')) ?? [];
  if (version === undefined) throw new LocalStackError(`${POM} names no version of kafka_2.13`);
  return version;
}

async function copyDependencies(maven: string, folder: string): Promise<void> {
  const repositoryOfMaven = join(homedir(), '.m2');
  const args = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
  if (!canHold(repositoryOfMaven)) args.push(`-Dmaven.repo.local=${join(writableCache(), 'maven')}`);
  const child = spawn(maven, args, { env: environment.ofPrograms(), stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status === 0) return;
  throw new LocalStackError(`Maven could not fetch Kafka:\n${Buffer.concat(output).toString('utf8').trimEnd()}`);
}

// Outside of the repository one copy serves every checkout.
function writableCache(): string {
  const shared = environment.cacheFolder();
  return canHold(shared) ? shared : join(environment.stackFolder(), 'cache');
}

function canHold(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
