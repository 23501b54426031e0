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
const e2e = (root: string) => ({
  extends: true as const,
  test: {
    name: `${root.split('/')[1]}:e2e`,
    root,
    include: ['e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: Number(process.env['E2E_WORKERS'] ?? 3),
    sequence: { groupOrder: 1 },
  },
})

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
      unit('tooling/sim'),
      unit('tooling/torture'),
      unit('tooling/docs'),
      unit('apps/dchatd'),
      unit('apps/dchat-cli'),
      unit('apps/dchat-tui'),
      unit('apps/lilith'),
      e2e('apps/dchatd'),
      e2e('apps/dchat-cli'),
      e2e('apps/dchat-tui'),
      e2e('apps/lilith'),
      e2e('tooling/torture'),
    ],
  },
})
