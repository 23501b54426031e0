/** Pairs of places that are alike by accident: each belongs to its own home, and may change without the other. */
export interface AlikePair {
  /** The two files, below the repository, in any order; of one file, twice. */
  readonly files: readonly [string, string]
  /** Why they are better left. */
  readonly because: string
}

export const ALIKE: readonly AlikePair[] = []
