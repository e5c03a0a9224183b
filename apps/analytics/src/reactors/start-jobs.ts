import { currentContext, runInContext, type Json } from '@crm/event-sourcing';
import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { REFRESH_MART } from '../mart-refresh/refresh-mart.job.js';
import { TELL_PROMOTION } from '../model-promotion/tell-promotion.job.js';
import { RUN_MODEL } from '../model-run/run-model.job.js';
import { KEEP_MEMBERSHIPS } from '../segment-membership/keep-memberships.job.js';
import { DELIVER_TARGET_LIST } from '../target-list/deliver-target-list.job.js';
import { BUILD_TRAINING_SET } from '../training-set/build-training-set.job.js';

/** What a stored event starts: the job's name and what it is told. The job id is the name and the event's stream. */
interface Start {
  readonly name: string;
  readonly payload: (streamId: string, data: Readonly<Record<string, Json>>) => Json;
  /** Each event of a stream is one of its own, not only the first. */
  readonly everyTime?: true;
}

const STARTS: Readonly<Record<string, Start>> = {
  MartRefreshRequested: { name: REFRESH_MART, payload: (refreshId) => ({ refreshId }) },
  ModelRunRequested: { name: RUN_MODEL, payload: (runId) => ({ runId }) },
  ModelRunPromoted: { name: TELL_PROMOTION, payload: (_, { model = null }) => ({ model }), everyTime: true },
  ModelRunCompleted: { name: KEEP_MEMBERSHIPS, payload: () => ({}) },
  TrainingSetRequested: { name: BUILD_TRAINING_SET, payload: (trainingSetId) => ({ trainingSetId }) },
  TargetListDefined: { name: DELIVER_TARGET_LIST, payload: (targetListId) => ({ targetListId }) },
  SegmentDefined: { name: KEEP_MEMBERSHIPS, payload: () => ({}) },
};

/** Long work that was asked for begins as a job, whatever happens to the process that answered the request. */
export const startJobs = ({ name, jobs }: Pick<ServiceContext, 'name' | 'jobs'>): Reactor => ({
  name: 'start-jobs',
  sources: [{ service: name, types: Object.keys(STARTS) }],
  react({ type, streamId, version, data }, reaction) {
    const start = STARTS[type];
    const context = currentContext();
    if (start !== undefined) {
      const jobId = `${start.name}-${streamId}-${String(start.everyTime === true ? version : 1)}`;
      const payload = start.payload(streamId, data as Readonly<Record<string, Json>>);
      reaction.after((tx) => runInContext(context, () => jobs.intend(tx, { name: start.name, jobId, payload })));
    }
    return Promise.resolve();
  },
});
