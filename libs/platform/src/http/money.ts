import { Type, type Static } from '@sinclair/typebox';
import { IsIn, IsInt, Max, Min } from 'class-validator';

const TWO_DECIMALS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK ' +
  'DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD ' +
  'LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR ' +
  'SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR_DECIMALS = 'CLF UYW';

const MINOR_DIGITS: ReadonlyMap<string, number> = new Map(
  [NO_DECIMALS, TWO_DECIMALS, THREE_DECIMALS, FOUR_DECIMALS].flatMap((codes, index) =>
    codes.split(' ').map((code) => [code, [0, 2, 3, 4][index] ?? 2] as const),
  ),
);

/** Active ISO 4217 codes. */
export const CURRENCIES: readonly string[] = [...MINOR_DIGITS.keys()].sort();

/** Decimal places of a currency's minor unit by ISO 4217; undefined for an unknown code. */
export function minorDigitsOf(currency: string): number | undefined {
  return MINOR_DIGITS.get(currency);
}

/** An amount in minor units of its currency. */
export class MoneyBody {
  @IsInt() @Min(Number.MIN_SAFE_INTEGER) @Max(Number.MAX_SAFE_INTEGER) readonly amountMinor!: number;
  @IsIn(CURRENCIES) readonly currency!: string;
}

/** Schema of an amount in minor units, for items, answers and contracts. */
export const moneySchema = Type.Object(
  {
    amountMinor: Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
    currency: Type.String({ format: 'currency', description: 'ISO 4217 code' }),
  },
  { additionalProperties: false },
);

export type Money = Static<typeof moneySchema>;
