/** Pairs of places that are alike and better left so: each belongs to its own home, and may change without the other. */
export interface AlikePair {
  /** The two files, below the repository, in any order; of one file, twice. */
  readonly files: readonly [string, string]
  /** Why they are better left. */
  readonly because: string
}

export const ALIKE: readonly AlikePair[] = [
  {
    files: ['apps/dchatd/bin/dchatd.js', 'apps/lilith/bin/lilith.js'],
    because: 'a launcher is a plain file that imports nothing before it has looked at the version of Node',
  },
  {
    files: ['packages/chat/src/errors.ts', 'packages/net/src/errors.ts'],
    because: 'NetError is published: a parent of both classes would be one more public type, for twelve lines',
  },
  {
    files: ['packages/chat/src/reconcile/id-sum.ts', 'packages/chat/src/reconcile/id-sum.ts'],
    because: 'eight sums in locals: a function for the eight words would cost the speed that they are there for',
  },
  {
    files: ['packages/config/src/toml-positions.property.test.ts', 'tooling/torture/src/fuzz/made/other-values.ts'],
    because: 'two generators of tables, which are to differ',
  },
  {
    files: ['packages/net/src/ban-policy.test.ts', 'packages/net/src/ban-policy.ts'],
    because: 'the test holds the policy against a list of its own',
  },
]
