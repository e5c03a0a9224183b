import type { EventCodec, Json, SubjectFields } from '@crm/event-sourcing';
import { TamperedValue } from './errors.js';
import type { KeyRing } from './key-ring.js';
import { isSealed, openWith, parseSealed, sealWith, type SealedPlace, type SealedValue } from './sealed-value.js';

const unique = (subjects: readonly string[]): readonly string[] => [...new Set(subjects)];

/**
 * Seals personal values under the key of their subject (AES-256-GCM, bound to stream, event and field) and opens them.
 * What a destroyed key sealed opens as null, for ever; a value that was changed throws `TamperedValue`.
 */
export class Vault implements EventCodec {
  constructor(private readonly keyRing: KeyRing) {}

  /** Rejects with `KeyErased` when the key of one of the subjects was destroyed: then nothing is sealed. */
  async seal(items: readonly SubjectFields[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const keys = await this.keyRing.toSeal(unique(items.map((item) => item.subject)));
    return items.map((item) => {
      const key = keys.get(item.subject);
      if (key === undefined) throw new Error(`the key ring has no answer for subject ${item.subject}`);
      const { subject, streamId, eventId, data } = item;
      const sealed: Record<string, string> = {};
      for (const field of presentFields(item))
        sealed[field] = sealWith(key, { subject, streamId, eventId, field }, data[field] as Json);
      return { ...data, ...sealed };
    });
  }

  /** Also throws `TamperedValue` for a value that belongs to another event, subject or field: a personal field keeps its name for ever. */
  async open(items: readonly SubjectFields[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const sealed = items.map(sealedFields);
    const values = (await this.openParsed(sealed.flatMap((fields) => fields.map(({ value }) => value)))).values();
    return items.map(({ data }, index) => {
      const opened: Record<string, unknown> = {};
      for (const { field } of sealed[index] ?? []) opened[field] = values.next().value;
      return { ...data, ...opened };
    });
  }

  /** Seals one value. Rejects with `KeyErased` when the subject's key was destroyed. */
  async sealValue(place: SealedPlace, value: Json): Promise<string> {
    const key = (await this.keyRing.toSeal([place.subject])).get(place.subject);
    if (key === undefined) throw new Error(`the key ring has no answer for subject ${place.subject}`);
    return sealWith(key, place, value);
  }

  /** Opens one sealed value; null when its subject was erased. */
  async openValue(sealed: string): Promise<Json> {
    const [value] = await this.openParsed([parseSealed(sealed)]);
    return value ?? null;
  }

  /** Opens many sealed values in one look-up of keys; null stays null. */
  async openAll(sealed: readonly (string | null)[]): Promise<readonly Json[]> {
    const present = sealed.filter((value) => value !== null);
    const opened = await this.openParsed(present.map(parseSealed));
    const rest = opened.values();
    return sealed.map((value) => (value === null ? null : (rest.next().value ?? null)));
  }

  /** Opens the named columns of rows of a read model, as a query needs it. */
  async openColumns<Row extends object>(
    rows: readonly Row[],
    columns: readonly (keyof Row & string)[],
  ): Promise<readonly Row[]> {
    const sealed = rows.flatMap((row) => columns.map((column) => (row[column] ?? null) as string | null));
    const values = await this.openAll(sealed);
    return rows.map((row, index) => ({
      ...row,
      ...Object.fromEntries(columns.map((column, offset) => [column, values[index * columns.length + offset]])),
    }));
  }

  private async openParsed(sealed: readonly SealedValue[]): Promise<readonly Json[]> {
    if (sealed.length === 0) return [];
    const keys = await this.keyRing.toOpen(unique(sealed.map(({ place }) => place.subject)));
    return sealed.map((value) => {
      const key = keys.get(value.place.subject) ?? null;
      return key === null ? null : openWith(key, value);
    });
  }
}

const presentFields = ({ fields, data }: SubjectFields): readonly string[] =>
  fields.filter((field) => data[field] !== undefined && data[field] !== null);

function sealedFields(item: SubjectFields): readonly { readonly field: string; readonly value: SealedValue }[] {
  return presentFields(item).flatMap((field) => {
    const stored = item.data[field];
    if (!isSealed(stored)) return [];
    const value = parseSealed(stored);
    const { subject, streamId, eventId } = value.place;
    if (
      subject !== item.subject ||
      streamId !== item.streamId ||
      eventId !== item.eventId ||
      value.place.field !== field
    )
      throw new TamperedValue(`field ${field} in event ${item.eventId} of stream ${item.streamId}`);
    return [{ field, value }];
  });
}
