import type { ServiceName } from '@crm/contracts';
import { developmentKeys, type PrivacyKeys } from '@crm/privacy';
import { Type, type Static } from '@sinclair/typebox';
import { secret, type ConfigFault, type ConfigRule } from '../config/config.js';

const KEY_BYTES = 32;
const KEK_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const OWN_KEYS = ['CRM_KEY_ENCRYPTION_KEYS', 'CRM_INDEX_KEY', 'CRM_REFERENCE_KEY'] as const;

/** Variables of the keys under which personal values are kept. */
export const keyVariables = Type.Object({
  CRM_DEVELOPMENT_KEYS: Type.Boolean({ default: false }),
  CRM_KEY_ENCRYPTION_KEYS: Type.Optional(secret()),
  CRM_INDEX_KEY: Type.Optional(secret()),
  CRM_REFERENCE_KEY: Type.Optional(secret()),
});

type KeyVariables = Static<typeof keyVariables>;

/** Keys of one's own, all three and of the right length, or those of development outside production. */
export const keyRule: ConfigRule = (values) => {
  if (values['CRM_DEVELOPMENT_KEYS'] === true) return developmentFaults(values);
  const faults = OWN_KEYS.filter((name) => values[name] === undefined).map((variable) => ({
    variable,
    problem: 'is missing',
  }));
  const { CRM_KEY_ENCRYPTION_KEYS: keks, CRM_INDEX_KEY: index, CRM_REFERENCE_KEY: reference } = values;
  return [
    ...faults,
    ...faultIf(
      typeof keks === 'string' && keksOf(keks) === undefined,
      'CRM_KEY_ENCRYPTION_KEYS',
      'must be id:key, or several with commas between them; each id once, each key 32 bytes in base64',
    ),
    ...faultIf(typeof index === 'string' && keyOf(index) === undefined, 'CRM_INDEX_KEY', 'must be 32 bytes in base64'),
    ...faultIf(
      typeof reference === 'string' && keyOf(reference) === undefined,
      'CRM_REFERENCE_KEY',
      'must be 32 bytes in base64',
    ),
  ];
};

/** The keys of a service, of variables that passed the rule. */
export function privacyKeysOf(service: ServiceName, values: KeyVariables): PrivacyKeys {
  if (values.CRM_DEVELOPMENT_KEYS) return developmentKeys(service);
  const keks = keksOf(values.CRM_KEY_ENCRYPTION_KEYS ?? '');
  const indexKey = keyOf(values.CRM_INDEX_KEY ?? '');
  const referenceKey = keyOf(values.CRM_REFERENCE_KEY ?? '');
  if (keks === undefined || indexKey === undefined || referenceKey === undefined)
    throw new Error('the keys were not checked');
  return { keks, indexKey, referenceKey };
}

function developmentFaults(values: Readonly<Record<string, unknown>>): readonly ConfigFault[] {
  return [
    ...faultIf(values['NODE_ENV'] === 'production', 'CRM_DEVELOPMENT_KEYS', 'is refused in production'),
    ...OWN_KEYS.filter((name) => values[name] !== undefined).map((variable) => ({
      variable,
      problem: 'is given beside CRM_DEVELOPMENT_KEYS',
    })),
  ];
}

function keksOf(text: string): PrivacyKeys['keks'] | undefined {
  const entries = text.split(',').map((entry) => {
    const colon = entry.indexOf(':');
    return [entry.slice(0, Math.max(colon, 0)).trim(), keyOf(entry.slice(colon + 1).trim())] as const;
  });
  const keys: Record<string, Uint8Array> = {};
  for (const [id, key] of entries) {
    if (!KEK_ID.test(id) || key === undefined || id in keys) return undefined;
    keys[id] = key;
  }
  return { current: entries[0]?.[0] ?? '', keys };
}

function keyOf(text: string): Uint8Array | undefined {
  if (!BASE64.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === KEY_BYTES ? key : undefined;
}

function faultIf(wrong: boolean, variable: string, problem: string): readonly ConfigFault[] {
  return wrong ? [{ variable, problem }] : [];
}
