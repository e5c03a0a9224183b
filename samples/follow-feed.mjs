// Follows the public events of one service: writes them as lines to standard output and keeps its place in a file.
//   CRM_API_KEY=… node samples/follow-feed.mjs <service> <cursor file> [url]
// Ends when it has reached every lane's head of the moment at which it began; run it again to go on.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const [service, cursorFile, url = 'http://127.0.0.1:3000'] = process.argv.slice(2);
if (service === undefined || cursorFile === undefined) {
  process.stderr.write('node samples/follow-feed.mjs <service> <cursor file> [url]\n');
  process.exit(1);
}

const { incarnation, lanes } = await get(`/v1/feeds/${service}/lanes`);
const cursors = readCursors();
for (const { lane, head } of lanes) await followLane(lane, BigInt(head));

async function followLane(lane, head) {
  let position = BigInt(cursors.positions[lane] ?? 0);
  while (position < head) {
    const page = await get(`/v1/feeds/${service}?lane=${lane}&after=${position}&limit=1000`);
    if (page.incarnation !== incarnation) throw new Error('the log was restored while it was read: begin anew');
    for (const event of page.events) {
      if (BigInt(event.position) <= position) continue;
      // Every position is published, so a gap is never normal.
      if (BigInt(event.position) !== position + 1n)
        throw new Error(`lane ${lane}: ${event.position} follows ${position}`);
      process.stdout.write(`${JSON.stringify(event)}\n`);
      position += 1n;
    }
    if (page.events.length === 0) throw new Error(`lane ${lane}: nothing after ${position}, but its head is ${head}`);
    // After the effect: who dies between the two lines sees some events again.
    cursors.positions[lane] = position.toString();
    writeCursors();
  }
}

function readCursors() {
  if (!existsSync(cursorFile)) return { incarnation, positions: {} };
  const kept = JSON.parse(readFileSync(cursorFile, 'utf8'));
  if (kept.incarnation !== incarnation) throw new Error('the log was restored since the last run: begin anew');
  return kept;
}

function writeCursors() {
  writeFileSync(`${cursorFile}.new`, JSON.stringify(cursors));
  renameSync(`${cursorFile}.new`, cursorFile);
}

async function get(path) {
  const response = await fetch(new URL(path, url), { headers: { 'X-Api-Key': process.env.CRM_API_KEY ?? '' } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
