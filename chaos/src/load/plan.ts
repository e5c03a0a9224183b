import { Draws } from '../draws.js';
import type { LoadCommand, Story } from './command.js';
import { canary, canaryValues } from './people.js';
import { caseStory } from './stories/cases.js';
import { campaignGround, campaignStory, plannedCampaign, type PlannedCampaign } from './stories/campaigns.js';
import { contactStory } from './stories/contacts.js';
import { erasureStory } from './stories/erasures.js';
import { firstOrders, orderBatchStory, orderStory } from './stories/orders.js';
import { consentStory, registrationBatches, registrationStory } from './stories/registrations.js';
import { responseStory } from './stories/responses.js';

export interface LoadOptions {
  readonly seed: number | string;
  readonly durationMs: number;
  /** Requests a second, about. */
  readonly rate: number;
  /** When the load starts: what happens now is told of with times from here on. */
  readonly startedAt: Date;
  /** People who are there from the beginning. */
  readonly people: number;
  /** Whether campaigns may write e-mails. */
  readonly emails: boolean;
  /** Members of a wave at most. */
  readonly waveLimit: number;
}

/** Everything the load will ask for. */
export interface LoadPlan {
  /** Done before anything goes wrong, one after the other. */
  readonly ground: readonly LoadCommand[];
  /** In the order of their times. */
  readonly stories: readonly Story[];
  readonly campaigns: readonly PlannedCampaign[];
  /** Values that must be nowhere in the end. */
  readonly canaries: readonly string[];
}

/** Stories a second of each kind at a rate of 40 requests a second. */
const PER_SECOND = {
  registrations: 2.5,
  consents: 5,
  orders: 11,
  'order batches': 0.5,
  contacts: 2.5,
  cases: 2,
  responses: 5,
} as const;
const REFERENCE_RATE = 40;
const CAMPAIGN_EVERY_MS = 12_000;
const MOST_ERASURES = 60;
/** The last of what a story does lies within the load. */
const ERASURE_TAKES_MS = 30_000;

/** Writes down the whole load of a seed. */
export function planLoad(options: LoadOptions): LoadPlan {
  const { seed, durationMs, people } = options;
  const scale = options.rate / REFERENCE_RATE;
  const streams = Object.entries(PER_SECOND).flatMap(([stream, perSecond]) =>
    storiesOf(options, stream, perSecond * scale),
  );
  const campaigns = campaignStories(options);
  const erasures = erasureStories(seed, durationMs);
  return {
    ground: [
      ...campaignGround(),
      ...registrationBatches(seed, people),
      ...firstOrders(new Draws(seed, 'first orders'), people),
    ],
    stories: [...streams, ...campaigns.map(({ story }) => story), ...erasures].sort((a, b) => a.at - b.at),
    campaigns: campaigns.map(({ campaign }) => campaign),
    canaries: erasures.flatMap((_, number) => canaryValues(canary(seed, number))),
  };
}

function storiesOf({ seed, durationMs, startedAt, people }: LoadOptions, stream: string, perSecond: number): Story[] {
  const draws = new Draws(seed, `load ${stream}`);
  const stories: Story[] = [];
  for (let at = draws.waitMs(perSecond), number = 0; at < durationMs; at += draws.waitMs(perSecond), number++) {
    const now = new Date(startedAt.getTime() + at).toISOString();
    stories.push({
      stream,
      at,
      commands: commandsOf(stream as keyof typeof PER_SECOND, { draws, number, people, now }),
    });
  }
  return stories;
}

function commandsOf(
  stream: keyof typeof PER_SECOND,
  { draws, number, people, now }: { draws: Draws; number: number; people: number; now: string },
): readonly LoadCommand[] {
  switch (stream) {
    case 'registrations':
      return registrationStory(draws, people + number);
    case 'consents':
      return consentStory(draws, number, people);
    case 'orders':
      return orderStory(draws, number, people);
    case 'order batches':
      return orderBatchStory(draws, number, people);
    case 'contacts':
      return contactStory(draws, number, people);
    case 'cases':
      return caseStory(draws, number, people);
    case 'responses':
      return responseStory(draws, number, people, now);
  }
}

function campaignStories({
  seed,
  durationMs,
  emails,
  waveLimit,
}: LoadOptions): readonly { readonly story: Story; readonly campaign: PlannedCampaign }[] {
  const draws = new Draws(seed, 'load campaigns');
  const count = Math.max(1, Math.floor((durationMs * 0.9) / CAMPAIGN_EVERY_MS));
  return Array.from({ length: count }, (_, number) => {
    // The first writes e-mails whatever is drawn: no run without any.
    const drawn = plannedCampaign(draws, emails);
    const campaign = number === 0 && emails ? { ...drawn, channel: 'email' as const } : drawn;
    const at = number * CAMPAIGN_EVERY_MS + draws.between(0, CAMPAIGN_EVERY_MS / 2);
    return {
      campaign,
      story: { stream: 'campaigns', at, commands: campaignStory(draws, number, campaign, waveLimit) },
    };
  });
}

function erasureStories(seed: number | string, durationMs: number): readonly Story[] {
  const draws = new Draws(seed, 'load erasures');
  const span = Math.max(1, durationMs - ERASURE_TAKES_MS);
  const count = Math.min(MOST_ERASURES, Math.max(3, Math.round(span / 8_000)));
  return Array.from({ length: count }, (_, number) => ({
    stream: 'erasures',
    at: draws.between(0, span),
    commands: erasureStory(draws, number),
  }));
}
