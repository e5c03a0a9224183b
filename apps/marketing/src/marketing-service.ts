import './problems.js';
import type { PublicEvent } from '@crm/contracts';
import { defineService } from '@crm/platform';
import { CampaignModule } from './campaign/campaign.module.js';
import { campaignsProjection } from './campaign/campaign.projection.js';
import { publishCampaign } from './campaign/campaign.publisher.js';
import { loadTargetList } from './consumers/load-target-list.js';
import { taskOutcomes } from './consumers/task-outcomes.js';
import { assignWaveLater } from './jobs/assign-wave-later.js';
import { completeWaveWhenDone } from './jobs/complete-wave.js';
import { presentTreatments } from './jobs/present-treatments.js';
import { settleAttempts } from './jobs/settle-attempts.js';
import { publishMember } from './member/member.publisher.js';
import { closeMail, openMail } from './mail/mail-life.js';
import { MARKETING_SETTINGS } from './mail/mail-settings.js';
import { marketing } from './migrations/0001-marketing.js';
import { openTreatments } from './migrations/0010-open-treatments.js';
import { responseOrigin } from './migrations/0011-response-origin.js';
import { followWaves } from './reactors/follow-waves.js';
import { matchResponses } from './reactors/match-responses.js';
import { ResponseModule } from './response/response.module.js';
import { responsesProjection } from './response/response.projection.js';
import { publishResponse } from './response/response.publisher.js';
import { treatmentMetrics } from './treatment/treatment-metrics.js';
import { TreatmentModule } from './treatment/treatment.module.js';
import { treatmentsProjection } from './treatment/treatment.projection.js';
import { publishTreatment } from './treatment/treatment.publisher.js';
import { UnsubscriptionModule } from './unsubscription/unsubscription.module.js';
import { WaveModule } from './wave/wave.module.js';
import { wavesProjection } from './wave/wave.projection.js';
import { publishWave } from './wave/wave.publisher.js';

type Publisher = (event: never) => PublicEvent | undefined;

/** By category of the stream; what is not here marketing keeps to itself. */
const publishers: Readonly<Record<string, Publisher>> = {
  campaign: publishCampaign,
  wave: publishWave,
  'wave-chunk': publishWave,
  treatment: publishTreatment,
  response: publishResponse,
  member: publishMember,
};

/** Campaigns and their waves, the treatments of their members, and what the members answered. */
export const marketingService = defineService({
  name: 'marketing',
  modules: [CampaignModule, WaveModule, TreatmentModule, ResponseModule, UnsubscriptionModule],
  settings: MARKETING_SETTINGS,
  migrations: [marketing, openTreatments, responseOrigin],
  publish: (event) => publishers[event.category]?.(event as never),
  projections: () => [campaignsProjection, wavesProjection, treatmentsProjection, responsesProjection],
  reactors: (context) => [
    loadTargetList(context),
    followWaves(context),
    matchResponses(context),
    taskOutcomes(context),
  ],
  jobs: (context) => [
    presentTreatments(context),
    settleAttempts(context),
    assignWaveLater(context),
    completeWaveWhenDone(context),
  ],
  metrics: treatmentMetrics,
  onStart: openMail,
  onStop: closeMail,
});
