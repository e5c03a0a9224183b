import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const SAME_SIGNAL_MS = 1_000;

/** Runs a program on this terminal and answers with its exit status. Signals reach it, each one once. */
export async function runForeground([program, ...args], options = {}) {
  // In a session of its own: one Ctrl-C would otherwise arrive from the terminal, from npm and from here, and a server
  // takes a second one as the wish to end at once.
  const child = spawn(program, args, { stdio: 'inherit', detached: true, ...options });
  const last = new Map();
  const forward = (signal) => {
    const now = performance.now();
    if (now - (last.get(signal) ?? -Infinity) > SAME_SIGNAL_MS) child.kill(signal);
    last.set(signal, now);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await exitStatus(child);
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/** Runs a step, prints one line about it, and its output only when it fails. */
export async function runQuietly(title, [program, ...args], options = {}) {
  const started = performance.now();
  process.stderr.write(`${title} … `);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const status = await exitStatus(child);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`${status === 0 ? 'done' : 'FAILED'} (${seconds} s)\n`);
  if (status !== 0) process.stderr.write(`${Buffer.concat(output).toString('utf8').trimEnd()}\n`);
  return status;
}

function exitStatus(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
