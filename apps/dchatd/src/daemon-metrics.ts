/** The metrics of dchatd. docs/operations.md lists them; a test compares. */
import { byLabel, Metrics, netMetrics, processMetrics, rpcMetrics } from '@dchat/daemon'
import type { DaemonLogger, Metric } from '@dchat/daemon'
import type { BoxKeys, DirectMail, HistoryCounts, PostNetwork, RoomKeyRing } from '@dchat/chat'
import type { P2p } from '@dchat/net'
import type { RpcService } from '@dchat/rpc-server'
import type { MessageStore } from '@dchat/store'
import type { MirrorCounts } from './mirror.ts'
import type { SubscriptionCounts } from './rpc/subscriptions.ts'
import { COMMIT, VERSION } from './version.ts'

export interface MetricSources {
  readonly logger: Pick<DaemonLogger, 'lineCounts' | 'lostLines'>
  readonly p2p: P2p
  readonly posts: Pick<PostNetwork, 'counts' | 'channels' | 'historyCounts'>
  readonly privateChat: {
    readonly boxKeys: Pick<BoxKeys, 'live'>
    readonly mail: Pick<DirectMail, 'counts'>
    readonly ring: Pick<RoomKeyRing, 'rooms'>
  }
  readonly mirror: MirrorCounts
  readonly store: MessageStore
  readonly rpc: Pick<RpcService, 'counts'>
  readonly subscriptions: SubscriptionCounts
}

export function daemonMetrics(sources: MetricSources): Metrics {
  const { logger, p2p, posts, privateChat, mirror, store, rpc, subscriptions } = sources
  return new Metrics([
    ...processMetrics({ build: { version: VERSION, commit: COMMIT ?? '' }, log: logger }),
    ...netMetrics([{ p2p, labels: {} }]),
    ...postMetrics(posts),
    ...historyMetrics(posts.historyCounts),
    ...privateMetrics(privateChat),
    ...mirrorMetrics(mirror),
    ...storeMetrics(store),
    ...rpcMetrics(rpc.counts),
    ...subscriptionMetrics(subscriptions),
  ])
}

function postMetrics(posts: MetricSources['posts']): Metric[] {
  const { counts } = posts
  const counter = (name: string, help: string, read: () => number): Metric => ({ name, help, type: 'counter', read })
  return [
    {
      name: 'dchat_post_channels',
      help: 'Channels on which both sides speak posts.',
      type: 'gauge',
      read: () => posts.channels.length,
    },
    counter('dchat_posts_received_total', 'Posts that came, copies included.', () => counts.received),
    {
      name: 'dchat_posts_decided_total',
      help: 'Posts by what became of them; "malformed" and "forged" are offences.',
      type: 'counter',
      labels: ['outcome'],
      read: () =>
        byLabel('outcome', {
          stored: counts.stored,
          duplicate: counts.duplicate,
          unkept: counts.unkept,
          outnumbered: counts.outnumbered,
          outdated: counts.outdated,
          early: counts.early,
          malformed: counts.malformed,
          forged: counts.forged,
          failed: counts.failed,
        }),
    },
    {
      name: 'dchat_posts_sent_total',
      help: 'Posts sent whole unasked, as ids only, and because a peer asked for them.',
      type: 'counter',
      labels: ['how'],
      read: () => byLabel('how', { whole: counts.relayedWhole, id: counts.relayedHave, asked: counts.served }),
    },
    counter('dchat_posts_wanted_total', 'Posts that peers were asked for.', () => counts.wanted),
    counter(
      'dchat_posts_left_to_history_total',
      'Posts not told or asked for because a bound was reached.',
      () => counts.leftToHistory,
    ),
    counter(
      'dchat_posts_throttled_total',
      'How often a channel was not read for a while because it brought too many posts.',
      () => {
        return counts.throttled + counts.held
      },
    ),
  ]
}

function historyMetrics(counts: HistoryCounts): Metric[] {
  const counter = (name: string, help: string, read: () => number): Metric => ({ name, help, type: 'counter', read })
  return [
    {
      name: 'dchat_history_pages_total',
      help: 'Pages of posts that came, and that were served.',
      type: 'counter',
      labels: ['direction'],
      read: () => byLabel('direction', { in: counts.pages, out: counts.servedPages }),
    },
    {
      name: 'dchat_history_sessions_total',
      help: 'Reconciliations of a room with a peer by how far they came.',
      type: 'counter',
      labels: ['outcome'],
      read: () =>
        byLabel('outcome', { begun: counts.sessions, finished: counts.finishedSessions, failed: counts.failedSessions }),
    },
    counter('dchat_history_fetched_total', 'Posts that reconciliations have brought.', () => counts.fetched),
    counter('dchat_history_answered_total', 'Frames of reconciliations that were answered.', () => counts.answeredFrames),
    counter('dchat_history_faults_total', 'Pages, frames and gossip of peers that were not as agreed.', () => {
      return counts.pageFaults + counts.strayPageEnds + counts.refusedFrames + counts.hastyRooms
    }),
  ]
}

function privateMetrics({ boxKeys, mail, ring }: MetricSources['privateChat']): Metric[] {
  const gauge = (name: string, help: string, read: () => number): Metric => ({ name, help, type: 'gauge', read })
  const counter = (name: string, help: string, read: () => number): Metric => ({ name, help, type: 'counter', read })
  return [
    gauge('dchat_box_keys', 'Own box keys that direct messages can be opened with.', () => boxKeys.live().length),
    {
      name: 'dchat_direct_tried_total',
      help: 'Direct messages of others that were tried, by whether they were for this node.',
      type: 'counter',
      labels: ['outcome'],
      read: () => byLabel('outcome', { opened: mail.counts.opened, failed: mail.counts.failed }),
    },
    counter('dchat_direct_trying_seconds_total', 'Time that trying direct messages took.', () => mail.counts.spentMs / 1000),
    counter(
      'dchat_direct_waited_total',
      'How often trying waited, so that it takes no more than its part of the time.',
      () => mail.counts.waitedForBudget,
    ),
    gauge('dchat_direct_untried', 'Direct messages of others that were not tried yet.', () => mail.counts.untried),
    gauge('dchat_direct_held', 'Own messages that wait for a box key of the other.', () => mail.counts.held),
    gauge('dchat_private_rooms', 'Private rooms whose keys are here.', () => ring.rooms().length),
  ]
}

function mirrorMetrics(mirror: MirrorCounts): Metric[] {
  return [
    {
      name: 'dchat_mirrored_total',
      help: 'Own lines of the shared room for peers without posts, each channel one; a line that is too long counts once.',
      type: 'counter',
      labels: ['outcome'],
      read: () => byLabel('outcome', { written: mirror.written, too_long: mirror.tooLong, left_out: mirror.leftOut }),
    },
  ]
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
