import { Rejected, type Committed, type FieldError } from '@crm/event-sourcing';
import { create, IsId, IsOccurredAt, IsTimestamp, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, Max, Min, ValidateIf } from 'class-validator';
import { isGiven } from '../../is-given.js';
import { TRAINING_FEATURES } from '../../customer-features/training-features.js';
import { endOfHorizon } from '../training-rows.js';
import { requestTrainingSet } from '../training-set.decider.js';
import { KNOWLEDGE_BASES, type KnowledgeBasis, type TrainingOutcome } from '../training-set.events.js';
import { trainingSetAggregate } from '../training-set.js';

const OUTCOMES: readonly TrainingOutcome[] = ['churned', 'purchased'];

export class RequestTrainingSetBody {
  @ValidateIf(isGiven) @IsId() readonly trainingSetId?: string;
  @IsOccurredAt() readonly predictAt!: string;
  @IsInt() @Min(1) @Max(3_650) readonly horizonDays!: number;
  @IsIn(OUTCOMES) readonly outcome!: TrainingOutcome;
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(TRAINING_FEATURES, { each: true })
  readonly features?: readonly string[];
  @ValidateIf(isGiven) @IsIn(KNOWLEDGE_BASES) readonly basis?: KnowledgeBasis;
  @ValidateIf(isGiven) @IsTimestamp() readonly knownAt?: string;
}

export class RequestTrainingSet extends Command<Committed> {
  constructor(
    readonly trainingSetId: string,
    readonly body: RequestTrainingSetBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(RequestTrainingSet)
export class RequestTrainingSetHandler implements ICommandHandler<RequestTrainingSet> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ trainingSetId, body, request }: RequestTrainingSet): Promise<Committed> {
    const { store, clock } = this.context;
    const { horizonDays, outcome, features = TRAINING_FEATURES } = body;
    const predictAt = new Date(body.predictAt).toISOString();
    const knownAt = body.knownAt === undefined ? undefined : new Date(body.knownAt).toISOString();
    // A time of knowledge is about what was recorded.
    const basis = body.basis ?? (knownAt === undefined ? undefined : 'recorded-time');
    const faults = faultsOf({ predictAt, horizonDays, basis, knownAt }, new Date(clock()).toISOString());
    if (faults.length > 0)
      throw new Rejected('validation-failed', 'The training set is not valid', { status: 400, errors: faults });
    const decide = requestTrainingSet({
      ...{ trainingSetId, predictAt, horizonDays, outcome, features },
      ...(basis === undefined ? {} : { basis }),
      ...(knownAt === undefined ? {} : { knownAt }),
    });
    return create(store, trainingSetAggregate, trainingSetId, decide, request.options);
  }
}

interface Times {
  readonly predictAt: string;
  readonly horizonDays: number;
  readonly basis: KnowledgeBasis | undefined;
  readonly knownAt: string | undefined;
}

/** What would let something later than the prediction into the features, or leave outcomes open. */
function faultsOf({ predictAt, horizonDays, basis, knownAt }: Times, now: string): readonly FieldError[] {
  const faults: FieldError[] = [];
  if (endOfHorizon({ predictAt, horizonDays }) > now)
    faults.push({ pointer: '/horizonDays', code: 'too-big', detail: 'The horizon is not over yet' });
  if (knownAt !== undefined && knownAt > predictAt)
    faults.push({ pointer: '/knownAt', code: 'too-big', detail: 'Nothing recorded after predictAt may be known' });
  if (knownAt !== undefined && basis === 'valid-time')
    faults.push({ pointer: '/knownAt', code: 'exactly-one', detail: 'knownAt is about recorded time' });
  return faults;
}
