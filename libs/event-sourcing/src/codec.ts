/** Fields of one event that are to be sealed under, or opened with, the key of their subject. */
export interface SubjectFields {
  /** The person that the values are about: the partition key of the stream. */
  readonly subject: string;
  readonly streamId: string;
  readonly eventId: string;
  readonly fields: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** Seals personal fields before they are stored and opens them for a decision. A value whose key was destroyed opens as null. */
export interface EventCodec {
  /** Rejects with `KeyErased` when a subject's key was destroyed. */
  seal(items: readonly SubjectFields[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  open(items: readonly SubjectFields[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** For stores without personal fields: refuses to store one in the clear. */
export const noPersonalFields: EventCodec = {
  seal: (items) => {
    if (items.length > 0) return Promise.reject(new Error('this store has no codec for personal fields'));
    return Promise.resolve([]);
  },
  open: (items) => Promise.resolve(items.map((item) => item.data)),
};
