import { defineConfig } from 'vitest/config'

const conditions = ['@dchat/source']
const unit = (root: string) => ({
  extends: true as const,
  // A busy machine is slow, not wrong: a test that hangs is found all the same.
  test: {
    name: root.split('/')[1] ?? root,
    root,
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest would leave a core to itself: half of the machine, where there are two.
    maxWorkers: '100%',
  },
})
/** Those of one order run at once, after those of lower orders: most of what they do is to wait for programs that do little. */
const e2e = (root: string, { order, maxWorkers }: { order: number; maxWorkers: number }) => ({
  extends: true as const,
  test: {
    name: `${root.split('/')[1]}:e2e`,
    root,
    include: ['e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers,
    sequence: { groupOrder: order },
  },
})
const PROGRAMS = { order: 1, maxWorkers: 3 }
/** An experiment has many programs, and some of them work hard. */
const EXPERIMENTS = { order: 2, maxWorkers: 2 }

/** Unit tests run from source; end-to-end tests start the built programs, so `pnpm test` builds first. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      unit('packages/serial'),
      unit('packages/system'),
      unit('packages/manual'),
      unit('packages/config'),
      unit('packages/net'),
      unit('packages/rpc'),
      unit('packages/store'),
      unit('packages/chat'),
      unit('packages/rpc-server'),
      unit('packages/daemon'),
      unit('packages/net-page'),
      unit('tooling/sim'),
      unit('tooling/torture'),
      unit('tooling/docs'),
      unit('tooling/book'),
      unit('tooling/check'),
      unit('apps/dchatd'),
      unit('apps/dchat-cli'),
      unit('apps/dchat-tui'),
      unit('apps/lilith'),
      e2e('apps/dchatd', PROGRAMS),
      e2e('apps/dchat-cli', PROGRAMS),
      e2e('apps/dchat-tui', PROGRAMS),
      e2e('apps/lilith', PROGRAMS),
      e2e('tooling/book', PROGRAMS),
      e2e('tooling/libraries', PROGRAMS),
      e2e('tooling/torture', EXPERIMENTS),
    ],
  },
})
