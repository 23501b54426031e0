/** Flags of a command line as data: those that win over a key stand with it. */

interface FlagBase {
  readonly short?: string
  /** One line for `--help`, without a full stop. */
  readonly help: string
}

/** What a flag takes: a text, a list (repeated or with commas), a whole number, nothing, or nothing but how often. */
export type FlagSpec = FlagBase &
  (
    | { readonly kind: 'string'; readonly value: string; readonly canBeEmpty?: boolean }
    | { readonly kind: 'list'; readonly value: string }
    | { readonly kind: 'integer'; readonly value: string; readonly min: number; readonly max: number }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'count' }
  )

export type FlagTable = Readonly<Record<string, FlagSpec>>
