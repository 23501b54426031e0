/** docs/operations.md says what the code measures, and no bound or unit is forgotten in a name. */
import { newHistoryCounts, newPostCounts } from '@dchat/chat'
import type { DaemonLogger, Metric } from '@dchat/daemon'
import { P2p } from '@dchat/net'
import { RpcCounts } from '@dchat/rpc-server'
import { openStore } from '@dchat/store'
import { SystemClock, silentLogger } from '@dchat/system'
import { docsPage } from '@dchat/system/testing'
import { expect, test } from 'vitest'
import { daemonMetrics } from './daemon-metrics.ts'
import { SubscriptionCounts } from './rpc/subscriptions.ts'

function metricsOf(): readonly Metric[] {
  const log: Pick<DaemonLogger, 'lineCounts' | 'lostLines'> = {
    lineCounts: { error: 0, warn: 0, info: 0, debug: 0, trace: 0 },
    lostLines: 0,
  }
  const store = openStore({ path: ':memory:', clock: new SystemClock(), logger: silentLogger })
  const p2p = P2p.create({})
  const { table } = daemonMetrics({
    logger: log,
    p2p,
    posts: { counts: newPostCounts(), channels: [], historyCounts: newHistoryCounts() },
    privateChat: {
      boxKeys: { live: () => [] },
      mail: { counts: { tried: 0, opened: 0, failed: 0, spentMs: 0, waitedForBudget: 0, held: 0, untried: 0 } },
      ring: { rooms: () => [] },
    },
    mirror: { written: 0, tooLong: 0, leftOut: 0 },
    store,
    rpc: { counts: new RpcCounts() },
    subscriptions: new SubscriptionCounts(),
  })
  void store.close()
  return table
}

const row = ({ name, type, labels = [], help }: Metric): string => {
  const named = labels.length === 0 ? '–' : labels.map((label) => `\`${label}\``).join(', ')
  return `| \`${name}\` | ${type} | ${named} | ${help} |`
}

test('docs/operations.md has a row for each metric, in order, as the code has it, and no other', () => {
  const page = docsPage('operations.md')
  expect(page.split('\n').filter((line) => line.startsWith('| `dchat_'))).toEqual(metricsOf().map(row))
})

test('names follow the rules of Prometheus', () => {
  for (const { name, type } of metricsOf()) {
    expect(name).toMatch(/^dchat_[a-z][a-z_]*$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
  }
})
