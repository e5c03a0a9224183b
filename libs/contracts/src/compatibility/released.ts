import type { PublishedSchema } from '../docs/json-schema.js';
import { incompatibilities } from './compare.js';

/** The schemas of released versions by type. A file in it changes only by what readers survive. */
export type Released = ReadonlyMap<string, PublishedSchema>;

const nextVersionOf = (type: string): string => type.replace(/\d+$/, (version) => String(Number(version) + 1));

const fileOf = (type: string): string => type.replace(/^crm\.([^.]+)\.(.+)$/, 'libs/contracts/src/$1/$2.ts');

const broken = (type: string, pointer: string, change: string): string =>
  `${type} ${pointer === '' ? '/' : pointer}: ${change}. A released version only gains optional fields: ` +
  `take the change back, or publish the new shape beside the old one as ${nextVersionOf(type)} (${fileOf(nextVersionOf(type))}).`;

/** One sentence for each promise of a released version that the current contracts break: contract, pointer, what to do. */
export function brokenPromises(released: Released, current: Released): readonly string[] {
  return [...released].flatMap(([type, before]) => {
    const now = current.get(type);
    if (now === undefined) return [broken(type, '', 'removed contract')];
    const changes = incompatibilities(before, now).map(({ pointer, change }) => broken(type, pointer, change));
    return before['x-crm-key'] === now['x-crm-key']
      ? changes
      : [...changes, broken(type, `/${now['x-crm-key']}`, 'changed partition key')];
  });
}
