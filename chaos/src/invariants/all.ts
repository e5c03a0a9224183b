import type { Driver } from '../load/driver.js';
import type { PlannedCampaign } from '../load/stories/campaigns.js';
import type { MailSink } from '../mail/mail-sink.js';
import type { Databases } from '../observe/databases.js';
import { merged, type Check } from './check.js';
import { clientsWereServed, loadWasThere, repeatsWereAnsweredAlike } from './clients.js';
import { membersWereDecidedOnce } from './loops.js';
import { nothingWasSentTwice } from './outbound.js';
import { topicsAreComplete } from './topics.js';
import { verify, type VerifyInput } from './verify.js';

/** What there is to look at after a run. */
export interface Evidence {
  readonly files: VerifyInput;
  readonly brokers: string;
  readonly databases: Databases;
  readonly driver: Driver;
  readonly sink: MailSink;
  readonly campaigns: readonly PlannedCampaign[];
  /** How often a sender was interrupted, which may each leave some treatments undetermined. */
  readonly interruptions: number;
  /** Replies of the mail server that senders did not get. */
  readonly repliesCut: number;
}

/** The ten invariants, each from every side that the harness sees, and what clients saw. */
export async function checkInvariants(evidence: Evidence): Promise<readonly Check[]> {
  const { brokers, databases, driver, sink, campaigns } = evidence;
  const own = [
    await topicsAreComplete(brokers, databases),
    ...(await nothingWasSentTwice(databases, sink, evidence)),
    await membersWereDecidedOnce(databases, campaigns),
    repeatsWereAnsweredAlike(driver),
  ];
  const verified = await verify(evidence.files);
  const alone = own.find(({ invariant }) => !verified.some((check) => check.invariant === invariant));
  if (alone !== undefined) throw new Error(`crm verify says nothing of invariant ${alone.invariant}`);
  return [
    ...verified.map((check) => merged([check, ...own.filter(({ invariant }) => invariant === check.invariant)])),
    clientsWereServed(driver),
    loadWasThere(evidence),
  ];
}
