/** Who gets a post whole, who is told that it is here, and who is asked for it. Source: docs/chat.md, *Relay*. */
import type { Clock, Random, Timer } from '@dchat/system'
import { shuffled } from '@dchat/system'
import { CHAT_LIMITS } from '../limits.ts'
import type { Arrival } from './intake.ts'
import type { PostChannel, Sending } from './post-channel.ts'

export interface RelayDeps {
  readonly clock: Clock
  readonly random: Random
  /** Featured channels, as they are at each use. */
  readonly channels: readonly PostChannel[]
  /** The frame of a `post` for many channels. */
  encodeFrame(bytes: Buffer): Buffer
}

/** A post that is here. */
export interface Relayed {
  readonly id: Buffer
  readonly bytes: Buffer
  /** Unix ms. */
  readonly time: number
}

const EAGER_BYTES = CHAT_LIMITS.EAGER_BYTES.value
const EAGER_CHANNELS = CHAT_LIMITS.EAGER_CHANNELS.value
const EAGER_SAMPLE = CHAT_LIMITS.EAGER_SAMPLE.value
const NEWS_MAX_AGE_MS = CHAT_LIMITS.NEWS_MAX_AGE_MS.value
const OWN: Sending = { asked: false }

/**
 * Gaps are the reconciler's work: what history asked for is never relayed, nor what is older than 10 minutes and came on a channel on
 * which sets were compared in these minutes, which is how a reconciling peer brings what is lacked here.
 */
export class Relay {
  readonly #deps: RelayDeps
  #timer: Timer | undefined

  constructor(deps: RelayDeps) {
    this.#deps = deps
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** An own post: whole to everybody who is not known to hold it. */
  sendOwn(post: Relayed, channels: readonly PostChannel[] = this.#deps.channels): void {
    this.#send(post, channels, OWN)
  }

  /** A post of another, just stored. */
  relay(post: Relayed, arrival: Arrival): void {
    const isNews = this.isNews(post)
    if (arrival.isHistory || (!isNews && this.#isGap(arrival))) return
    const { channels, random } = this.#deps
    const how = { asked: false, leaves: arrival.from.noteRelayed() }
    const lacking = channels.filter((channel) => !channel.holds(post.id))
    const [once, again] = isNews ? byRemote(lacking, arrival.from) : [lacking, []]
    if (post.bytes.length <= EAGER_BYTES && channels.length <= EAGER_CHANNELS) this.#send(post, once, how)
    else {
      const chosen = quietFirst(shuffled(random, once))
      this.#send(post, chosen.slice(0, EAGER_SAMPLE), how)
      if (isNews) for (const channel of chosen.slice(EAGER_SAMPLE)) this.#announce(channel, post.id)
    }
    for (const channel of again) this.#announce(channel, post.id)
  }

  /** Tells one channel of posts that are here, of each once. */
  announceTo(channel: PostChannel, ids: readonly Buffer[]): void {
    for (const id of channel.notAnnounced(ids)) this.#announce(channel, id)
  }

  /** Whole, or as `have` where the budget or the queue of a channel forbids it. */
  #send(post: Relayed, channels: readonly PostChannel[], how: Sending): void {
    let frame: Buffer | undefined
    const isNews = this.isNews(post)
    for (const channel of channels) {
      if (channel.holds(post.id)) continue
      frame ??= this.#deps.encodeFrame(post.bytes)
      if (!channel.sendFrame(frame, post.id, how) && isNews) this.#announce(channel, post.id)
    }
  }

  /** Whether a post is at most 10 minutes old. */
  isNews({ time }: Pick<Relayed, 'time'>): boolean {
    return time >= this.#deps.clock.nowMs() - NEWS_MAX_AGE_MS
  }

  #isGap({ from }: Arrival): boolean {
    const { lastSyncMs } = from
    return lastSyncMs !== undefined && this.#deps.clock.monotonicMs() - lastSyncMs < NEWS_MAX_AGE_MS
  }

  #announce(channel: PostChannel, id: Buffer): void {
    if (channel.announce(id)) this.#timer ??= this.#deps.clock.setTimer(CHAT_LIMITS.HAVE_BATCH_MS.value, () => this.#sendHaves())
  }

  #sendHaves(): void {
    this.#timer = undefined
    let isLeft = false
    for (const channel of this.#deps.channels) isLeft = channel.sendHaves() || isLeft
    if (isLeft) this.#timer ??= this.#deps.clock.setTimer(CHAT_LIMITS.HAVE_BATCH_MS.value, () => this.#sendHaves())
  }
}

/**
 * Those that may get a post whole, and those that lead where another does: to whoever sent it, or where it goes on the channel that
 * this node dialled. These are told of it, so that a mistake about that costs somebody a moment and nothing else.
 */
function byRemote(channels: readonly PostChannel[], from: PostChannel): [once: PostChannel[], again: PostChannel[]] {
  const [once, again]: [PostChannel[], PostChannel[]] = [[], []]
  for (const channel of channels) (channel.dialled !== undefined || channel === from.dialled ? again : once).push(channel)
  return [once, again]
}

/** Who floods this node is not one of the few that get a post whole while others are there. Of both one of each network group comes first. */
function quietFirst(channels: readonly PostChannel[]): PostChannel[] {
  const [quiet, loud]: [PostChannel[], PostChannel[]] = [[], []]
  for (const channel of channels) (channel.channel.load.isQuiet ? quiet : loud).push(channel)
  return spreadOverGroups(quiet).concat(spreadOverGroups(loud))
}

/** One of each network group before the others: who has many channels of one network is one of those that may get a post whole. */
function spreadOverGroups(channels: readonly PostChannel[]): PostChannel[] {
  const groups = new Set<string>()
  const others: PostChannel[] = []
  const first = channels.filter((channel) => {
    const isFirst = !groups.has(channel.group)
    if (isFirst) groups.add(channel.group)
    else others.push(channel)
    return isFirst
  })
  return first.concat(others)
}
