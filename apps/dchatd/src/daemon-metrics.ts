/** The metrics of dchatd. docs/operations.md lists them; a test compares. */
import { byLabel, Metrics, netMetrics, processMetrics, rpcMetrics } from '@dchat/daemon'
import type { DaemonLogger, Metric } from '@dchat/daemon'
import type { P2p } from '@dchat/net'
import type { RpcService } from '@dchat/rpc-server'
import type { MessageStore } from '@dchat/store'
import type { SubscriptionCounts } from './rpc/subscriptions.ts'
import { COMMIT, VERSION } from './version.ts'

export interface MetricSources {
  readonly logger: Pick<DaemonLogger, 'lineCounts' | 'lostLines'>
  readonly p2p: P2p
  readonly store: MessageStore
  readonly rpc: Pick<RpcService, 'counts'>
  readonly subscriptions: SubscriptionCounts
}

export function daemonMetrics({ logger, p2p, store, rpc, subscriptions }: MetricSources): Metrics {
  return new Metrics([
    ...processMetrics({ build: { version: VERSION, commit: COMMIT ?? '' }, log: logger }),
    ...netMetrics([{ p2p, labels: {} }]),
    ...storeMetrics(store),
    ...rpcMetrics(rpc.counts),
    ...subscriptionMetrics(subscriptions),
  ])
}

function storeMetrics(store: MessageStore): Metric[] {
  const gauge = (name: string, help: string, read: () => number): Metric => ({ name, help, type: 'gauge', read })
  const counter = (name: string, help: string, read: () => number): Metric => ({ name, help, type: 'counter', read })
  return [
    gauge('dchat_store_messages', 'Lines that are stored.', () => store.stats().messages),
    gauge('dchat_store_bytes', 'Bytes they count for, as `[store] max_bytes` bounds them.', () => store.stats().bytes),
    gauge('dchat_store_file_bytes', 'Bytes of the database on disk.', () => store.fileBytes()),
    gauge('dchat_store_last_seq', 'Number of the newest line.', () => store.stats().lastSeq),
    gauge('dchat_store_queued_lines', 'Lines that wait for a commit.', () => store.counts.queuedLines),
    {
      name: 'dchat_store_commit_seconds',
      help: 'Durable commits, of many lines at a time under load.',
      type: 'histogram',
      read: () => store.counts.commitMs,
    },
    counter('dchat_store_failed_commits_total', 'Commits that failed.', () => store.counts.failedCommits),
    counter('dchat_store_lost_lines_total', 'Lines that could not be stored.', () => store.counts.lostLines),
  ]
}

function subscriptionMetrics(subscriptions: SubscriptionCounts): Metric[] {
  return [
    {
      name: 'dchat_rpc_subscriptions',
      help: 'Subscriptions of RPC clients.',
      type: 'gauge',
      labels: ['kind'],
      read: () => byLabel('kind', subscriptions.open),
    },
    {
      name: 'dchat_rpc_lagged_total',
      help: 'How often a subscriber was told that it was too slow.',
      type: 'counter',
      read: () => subscriptions.lagged,
    },
  ]
}
