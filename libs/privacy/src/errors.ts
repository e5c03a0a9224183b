/** A sealed value that its key does not open: changed, cut, or moved from where it was sealed. Names the place, never the value. */
export class TamperedValue extends Error {
  constructor(readonly place: string) {
    super(`the sealed value of ${place} does not open: it was changed or moved`);
    this.name = 'TamperedValue';
  }
}

/** A sealed value whose subject never had a key here: the keys were lost, or belong to another database. */
export class KeyMissing extends Error {
  constructor(readonly subject: string) {
    super(`there is neither a key nor a tombstone for subject ${subject}`);
    this.name = 'KeyMissing';
  }
}

/** A subject key is wrapped by a key-encryption key that the configuration does not hold. */
export class UnknownKek extends Error {
  constructor(readonly kekId: string) {
    super(`key-encryption key ${kekId} is not configured`);
    this.name = 'UnknownKek';
  }
}
