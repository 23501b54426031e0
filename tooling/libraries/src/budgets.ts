/**
 * What each library may weigh. A figure is raised by who can say, in the commit, what the bytes are for; it is lowered when much less
 * would do. Today's figures are about a tenth below.
 */

export interface Budget {
  /** The packed library, compressed, as it is downloaded. */
  readonly tarballBytes: number
  /** By entry: it and all it loads, now or later, minified; without its runtime dependencies. */
  readonly minifiedBytes: Readonly<Record<string, number>>
  /** How many runtime dependencies it may have. */
  readonly dependencies: number
}

export const BUDGETS: Readonly<Record<string, Budget>> = {
  '@dchat/serial': { tarballBytes: 14_500, minifiedBytes: { '@dchat/serial': 15_000 }, dependencies: 0 },
  '@dchat/net': {
    tarballBytes: 130_000,
    minifiedBytes: { '@dchat/net': 180_000, '@dchat/net/testing': 200_000 },
    dependencies: 2,
  },
}
