/** What can go wrong with the store. Texts may change, codes are never reused. */

/** The facts that come with each code. */
export interface StoreErrorData {
  /** No room on the disk: nothing of the batch was stored. Storing works again by itself once there is room. */
  STORE_FULL: { path: string; sqliteCode: number }
  /** The disk or the database failed: nothing of the batch was stored. `isDamage`: what is in the file is at fault; the next start looks at it. */
  STORE_IO: { path: string; sqliteCode: number | null; isDamage: boolean }
  /** A newer program wrote the file; it was not touched. */
  STORE_TOO_NEW: { path: string; version: number; known: number }
  /** The store is closing or closed: nothing was done. */
  STORE_CLOSED: { path: string }
  /** No more than `allowed` of this work is done or waits at once; this one was refused: try again. */
  STORE_BUSY: { path: string; work: 'search' | 'check' | 'backup'; allowed: number }
  /** A backup is not written over a file. */
  STORE_FILE_EXISTS: { path: string }
  /** A backup needs its folder. */
  STORE_NO_FOLDER: { path: string }
  /** Another process holds the folder's lock; `pid` is null when it could not be read. */
  STORE_LOCKED: { path: string; pid: number | null }
  /** Not thrown: the file was damaged and now lies at `movedTo`; a new, empty store was started. */
  STORE_DAMAGED_SET_ASIDE: { path: string; movedTo: string; reason: string }
}

export type StoreErrorCode = keyof StoreErrorData

/** Every code, for docs/errors.md. */
export const STORE_ERROR_CODES: readonly StoreErrorCode[] = Object.keys({
  STORE_FULL: 0,
  STORE_IO: 0,
  STORE_TOO_NEW: 0,
  STORE_CLOSED: 0,
  STORE_BUSY: 0,
  STORE_FILE_EXISTS: 0,
  STORE_NO_FOLDER: 0,
  STORE_LOCKED: 0,
  STORE_DAMAGED_SET_ASIDE: 0,
} satisfies Record<StoreErrorCode, 0>) as StoreErrorCode[]

/** A failure of the store: switch on `code`, which decides the shape of `data`. */
export class StoreError<C extends StoreErrorCode = StoreErrorCode> extends Error {
  override readonly name = 'StoreError'
  readonly code: C
  readonly data: StoreErrorData[C]

  constructor(code: C, data: StoreErrorData[C], options: { message: string; cause?: unknown }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = data
  }
}
