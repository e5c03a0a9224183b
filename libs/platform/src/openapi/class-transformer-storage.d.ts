declare module 'class-transformer/cjs/storage.js' {
  /** Where `@Type` keeps the classes of nested bodies; not exported from the package's entry. */
  export const defaultMetadataStorage: object;
}
