import { IsId, IsTimestamp, MoneyBody } from '@crm/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { CHANNELS, CONVERSIONS, DEPARTMENTS, OBJECTIVES, type CampaignPlan } from './campaign-plan.js';

/** A word as consents name purposes, in any script. */
const PURPOSE = /^[\p{L}\p{N}][\p{L}\p{N} ._:-]{0,99}$/u;

export class OfferBody {
  @IsString() @Length(1, 200) readonly code!: string;
  @IsOptional() @IsString() @Length(1, 2000) readonly text?: string;
  @IsOptional() @IsTimestamp() readonly validUntil?: string;
}

export class PeriodBody {
  @IsTimestamp() readonly from!: string;
  @IsTimestamp() readonly to!: string;
}

export class ControlGroupBody {
  @IsOptional() @IsNumber() @Min(0) @Max(1) readonly fraction?: number;
  @IsOptional() @IsString() @Length(1, 200) readonly waivedBy?: string;
}

export class ArmBody {
  @IsString() @Length(1, 100) readonly name!: string;
  @IsNumber() @Min(0) @Max(1) readonly share!: number;
  @IsOptional() @ValidateNested() @Type(() => OfferBody) readonly offer?: OfferBody;
}

export class ResponseRuleBody {
  @IsInt() @Min(1) @Max(3650) readonly windowDays!: number;
  @IsIn(CONVERSIONS) readonly conversion!: CampaignPlan['response']['conversion'];
  @IsOptional() @IsNumber() @Min(0) @Max(1) readonly minimumEffect?: number;
}

export class PlanCampaignBody {
  @IsOptional() @IsId() readonly campaignId?: string;
  @IsString() @Length(1, 200) readonly name!: string;
  @IsIn(OBJECTIVES) readonly objective!: CampaignPlan['objective'];
  @Matches(PURPOSE) readonly purpose!: string;
  @IsIn(CHANNELS) readonly channel!: CampaignPlan['channel'];
  @IsOptional() @IsIn(DEPARTMENTS) readonly assignTo?: NonNullable<CampaignPlan['assignTo']>;
  @IsDefined() @ValidateNested() @Type(() => OfferBody) readonly offer!: OfferBody;
  @IsDefined() @ValidateNested() @Type(() => PeriodBody) readonly period!: PeriodBody;
  @IsDefined() @ValidateNested() @Type(() => MoneyBody) readonly budget!: MoneyBody;
  @IsDefined() @ValidateNested() @Type(() => MoneyBody) readonly costPerContact!: MoneyBody;
  @IsOptional() @ValidateNested() @Type(() => ControlGroupBody) readonly control?: ControlGroupBody;
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => ArmBody)
  readonly arms?: ArmBody[];
  @IsDefined() @ValidateNested() @Type(() => ResponseRuleBody) readonly response!: ResponseRuleBody;
}

export class ChangeCampaignBody {
  @IsOptional() @IsString() @Length(1, 200) readonly name?: string;
  @IsOptional() @IsIn(OBJECTIVES) readonly objective?: CampaignPlan['objective'];
  @IsOptional() @Matches(PURPOSE) readonly purpose?: string;
  @IsOptional() @IsIn(CHANNELS) readonly channel?: CampaignPlan['channel'];
  @IsOptional() @IsIn(DEPARTMENTS) readonly assignTo?: NonNullable<CampaignPlan['assignTo']>;
  @IsOptional() @ValidateNested() @Type(() => OfferBody) readonly offer?: OfferBody;
  @IsOptional() @ValidateNested() @Type(() => PeriodBody) readonly period?: PeriodBody;
  @IsOptional() @ValidateNested() @Type(() => MoneyBody) readonly budget?: MoneyBody;
  @IsOptional() @ValidateNested() @Type(() => MoneyBody) readonly costPerContact?: MoneyBody;
  @IsOptional() @ValidateNested() @Type(() => ControlGroupBody) readonly control?: ControlGroupBody;
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => ArmBody)
  readonly arms?: ArmBody[];
  @IsOptional() @ValidateNested() @Type(() => ResponseRuleBody) readonly response?: ResponseRuleBody;
}
