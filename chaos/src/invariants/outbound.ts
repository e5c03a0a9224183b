import type { MailSink } from '../mail/mail-sink.js';
import type { Databases } from '../observe/databases.js';
import type { Check } from './check.js';

/** So many attempts may a sender that is killed leave without an outcome. */
const PER_KILL = 16;

// Who was erased before the assignment has no treatment, and who was erased before the outcome gets none.
const WAVES = `SELECT m.wave_id AS wave, count(t.treatment_id) AS assigned,
    count(*) FILTER (WHERE t.treatment_id IS NULL AND b.key IS NULL) AS forgotten,
    count(*) FILTER (WHERE t.state = 'presented') AS presented, count(*) FILTER (WHERE t.state = 'skipped') AS skipped,
    count(*) FILTER (WHERE t.state = 'undetermined') AS undetermined,
    count(*) FILTER (WHERE t.state NOT IN ('presented', 'skipped', 'undetermined') AND b.key IS NOT NULL) AS erased,
    count(*) FILTER (WHERE t.state NOT IN ('presented', 'skipped', 'undetermined') AND b.key IS NULL) AS open
  FROM rm.wave_member m LEFT JOIN rm.treatment t USING (wave_id, party_id) LEFT JOIN es.tombstone b ON b.key = m.party_id
  WHERE m.arm <> 'control' GROUP BY m.wave_id`;
const PRESENTED = `SELECT treatment_id AS id FROM rm.treatment WHERE channel = 'email' AND state = 'presented'`;
const KNOWN = `SELECT treatment_id AS id, state FROM rm.treatment WHERE channel = 'email'`;

interface WaveRow {
  readonly wave: string;
  readonly assigned: number;
  readonly forgotten: number;
  readonly presented: number;
  readonly skipped: number;
  readonly undetermined: number;
  readonly erased: number;
  readonly open: number;
}

/** What may leave a treatment without a clear outcome. */
export interface Excuses {
  readonly interruptions: number;
  readonly repliesCut: number;
}

/** 5: nobody got a message twice, every assigned treatment has one outcome, and few are undetermined. */
export async function nothingWasSentTwice(
  databases: Databases,
  sink: MailSink,
  excuses: Excuses,
): Promise<readonly Check[]> {
  const waves = await databases.rows<WaveRow>('marketing', WAVES);
  return [mailCheck(sink, await sentButNotTaken(databases, sink)), outcomeCheck(waves, excuses)];
}

function mailCheck(sink: MailSink, lost: readonly string[]): Check {
  const name = 'no effect happened twice';
  const breaches = [...sink.twice.map((id) => `the mail server took treatment ${id} twice`), ...lost];
  return { invariant: 5, name, counted: `${sink.taken.length} e-mails taken`, breaches };
}

/** What the service says of a message, and what the mail server says of it. */
async function sentButNotTaken(databases: Databases, sink: MailSink): Promise<readonly string[]> {
  const taken = new Set(sink.taken.map(({ treatment }) => treatment));
  const presented = await databases.rows<{ id: string }>('marketing', PRESENTED);
  const known = new Map(
    (await databases.rows<{ id: string; state: string }>('marketing', KNOWN)).map((row) => [row.id, row.state]),
  );
  return [
    ...presented
      .filter(({ id }) => !taken.has(id))
      .map(({ id }) => `treatment ${id} is presented, and the mail server never took it`),
    ...[...taken].flatMap((id) => {
      const state = known.get(id);
      return state === 'skipped' || state === undefined
        ? [`the mail server took treatment ${id}, which is ${state ?? 'not known'}`]
        : [];
    }),
  ];
}

function outcomeCheck(waves: readonly WaveRow[], { interruptions, repliesCut }: Excuses): Check {
  const sum = (of: (row: WaveRow) => number): number => waves.reduce((total, row) => total + of(row), 0);
  const breaches = waves.flatMap((row) => [
    ...(row.forgotten === 0 ? [] : [`wave ${row.wave}: ${row.forgotten} treated members without a treatment`]),
    ...(row.open === 0 ? [] : [`wave ${row.wave}: ${row.open} treatments without an outcome`]),
  ]);
  const undetermined = sum((row) => row.undetermined);
  if (undetermined > PER_KILL * interruptions + repliesCut)
    breaches.push(
      `${undetermined} treatments are undetermined after ${interruptions} interruptions of senders and ${repliesCut} replies cut`,
    );
  const counted =
    `${sum((row) => row.assigned)} assigned = ${sum((row) => row.presented)} presented + ${sum((row) => row.skipped)} skipped` +
    ` + ${undetermined} undetermined + ${sum((row) => row.erased)} erased meanwhile (${interruptions} interruptions of senders, ${repliesCut} replies cut)`;
  return { invariant: 5, name: 'no effect happened twice', counted, breaches };
}
