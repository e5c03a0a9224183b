import type { Check } from '../invariants/check.js';
import { planLoad, type LoadPlan } from '../load/plan.js';
import type { Report } from '../report.js';
import { closeCampaigns } from './close-campaigns.js';
import { interrupted } from './interrupted.js';
import { reportOf } from './report-of.js';
import { writeCanaries } from './run-folder.js';
import { Session, type SessionOptions } from './session.js';

export interface ScenarioOptions extends SessionOptions {
  /** Requests a second, about. */
  readonly rate: number;
  /** How long everything may take to come to rest afterwards. */
  readonly settleMinutes: number;
  /** Leaves the stack's data for a look. */
  readonly keep: boolean;
}

/** What happens to a stack while it is under load. */
export interface Scenario {
  /** The load goes on for so long, or until the work is over. */
  readonly durationMs: number;
  readonly untilDone?: boolean;
  readonly work: (session: Session) => Promise<Findings>;
}

/** What a scenario is about, beyond the invariants. */
export interface Findings {
  readonly figures?: Report['figures'];
  readonly checks?: readonly Check[];
  /** Is looked at after the load has ended and before everything has come to rest. */
  readonly afterLoad?: () => Promise<Findings>;
  /** Something that happens when everything was checked; then everything is checked again. */
  readonly last?: { readonly name: string; readonly work: () => Promise<Findings> };
}

const PEOPLE = 600;
const WAVE_LIMIT = 80;

/** Brings up a stack, drives load against it while something happens to it, waits for rest and checks every invariant. */
export async function play(options: ScenarioOptions, scenario: Scenario): Promise<Report> {
  const end = interrupted();
  const session = await Session.open(options);
  let keep = true;
  try {
    const report = await Promise.race([end, played(session, options, scenario)]);
    keep = options.keep || !report.held;
    return report;
  } finally {
    await session.close(keep);
  }
}

async function played(session: Session, options: ScenarioOptions, scenario: Scenario): Promise<Report> {
  const { seed, rate, folder, say } = options;
  const plan = planLoad({
    ...{ seed, durationMs: scenario.durationMs, rate, startedAt: new Date(), emails: true },
    ...{ people: PEOPLE, waveLimit: WAVE_LIMIT },
  });
  writeCanaries(folder, plan.canaries);
  const findings = await underLoad(session, plan, scenario);
  const later = (await findings.afterLoad?.()) ?? {};
  const unrest = await comesToRest(session, plan, options);
  say('checking the invariants');
  const checks = [...(await session.check(plan)), ...(findings.checks ?? []), ...(later.checks ?? [])];
  const figures = { ...findings.figures, ...later.figures };
  if (findings.last === undefined || unrest !== undefined) return reportOf(session, { checks, unrest, figures });
  const { name, work } = findings.last;
  const last = await work();
  const stillUnrest = await session.quiet(options.settleMinutes * 60_000);
  say(`checking the invariants again, ${name}`);
  const again = (await session.check(plan)).map((check) => ({ ...check, name: `${name}: ${check.name}` }));
  return reportOf(session, {
    checks: [...checks, ...(last.checks ?? []), ...again],
    ...{ unrest: stillUnrest, figures: { ...figures, ...last.figures } },
  });
}

async function underLoad(session: Session, plan: LoadPlan, scenario: Scenario): Promise<Findings> {
  const { durationMs, work, untilDone = false } = scenario;
  const { say } = session.options;
  let findings: Findings = {};
  await session.load(plan, durationMs, async () => {
    findings = await work(session);
    if (untilDone) session.driver.beginNoMore();
  });
  say('finishing what was begun');
  await session.heal();
  await session.finishLoad();
  return findings;
}

/** Waits for rest, closes what is still running, and waits again; answers with what still moves. */
async function comesToRest(
  session: Session,
  plan: LoadPlan,
  { settleMinutes }: ScenarioOptions,
): Promise<string | undefined> {
  const settleMs = settleMinutes * 60_000;
  const unrest = await session.quiet(settleMs);
  if (unrest !== undefined) return unrest;
  await closeCampaigns(session.driver, plan.campaigns);
  return session.quiet(settleMs);
}
