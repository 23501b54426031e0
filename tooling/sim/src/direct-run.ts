/**
 * What direct messages cost a network that is not told whom they are for: every node relays and stores each; a sample of them tries each
 * as a real node does. Then somebody floods. While a try is at work time stands still, so that nothing else is measured with it; what
 * it costs the node in waiting, by the rule of a twentieth, passes in simulated time.
 */
import { PostKind } from '@dchat/chat'
import type { ChatSimulation } from '@dchat/chat/testing'
import { SeededRandom, pick } from '@dchat/system'
import { startCalmNetwork } from './chat-weather.ts'
import { CpuMeter } from './cpu-meter.ts'
import { DirectFlood } from './direct-flood.ts'
import { MailLedger } from './mail-ledger.ts'
import type { MailSums } from './mail-ledger.ts'
import { Mailbox } from './mailbox.ts'
import { PlainTextTap } from './plain-text-tap.ts'

export interface DirectRunOptions {
  readonly nodes: number
  readonly seed: number
  /** Simulated time in which messages are sent. */
  readonly seconds: number
  /** Nodes that try what comes, and write to each other; all of a smaller network. @default 50 */
  readonly sample?: number
  /** Hosts that flood meanwhile, each on a channel to a node of its own; then those who write know each other. @default 0 */
  readonly flooders?: number
}

export interface DirectReport extends MailSums {
  readonly nodes: number
  readonly sample: number
  /** Share of one core that trying took of a node: the mean of the sample, and the one that had most. */
  readonly share: { readonly mean: number; readonly worst: number }
  /** Direct messages of all that a node tried in a minute, and what one cost it in ms. */
  readonly triedAMinute: number
  readonly tryMs: number
  /** Tries that held a collection of the garbage of all nodes, and were charged less. */
  readonly cut: number
  /** Direct messages that came to a node of the sample in a minute. */
  readonly cameAMinute: number
  /** Lines with words of an encrypted text at nodes that had no part in it. */
  readonly elsewhere: number
  /** Bytes that went over the network, and the parcels of them in which such words stood. */
  readonly bytes: number
  readonly inTheClear: number
  readonly bans: number
}

/** In every text, and so nowhere else. */
const WORDS = 'between the two of us'
/** Of the whole network: what is aimed at. */
const MESSAGES_PER_MINUTE = 60
const DEFAULT_SAMPLE = 50
/** Pairs that know each other before the flood. */
const PAIRS = 5
/** Full nodes have no place for who floods; and where everybody is full at once a network may stay in parts until somebody leaves. */
const INBOUND = 32
const SPREAD_MS = 10_000
/** Of as long as that: a repair comes every ten minutes. */
const MAX_WAITS = 70
/** What was sent last has so long to be read. */
const DRAIN_MS = 30_000
const MINUTE_MS = 60_000
/** Far longer than it takes to encrypt and store a message. */
const CREEP_LIMIT_MS = 500

type Pair = readonly [Mailbox, Mailbox]

export async function runDirect(options: DirectRunOptions): Promise<DirectReport> {
  const { nodes, seed, seconds, flooders = 0 } = options
  const tap = new PlainTextTap(WORDS)
  const node = { settings: { inboundConnections: INBOUND } }
  await using network = await startCalmNetwork({ nodes, seed, tap, node })
  const { chat } = network
  const run = await DirectRun.open(chat, options)
  const flood = new DirectFlood(chat, { seed, flooders })
  try {
    const pairs = flooders === 0 ? undefined : await run.acquaint()
    await flood.start()
    const figures = await run.measure(seconds, (index) => pairs?.[index % pairs.length] ?? run.anyPair())
    const { bytes, found } = tap
    const sample = run.sample.length
    return { nodes, sample, ...figures, elsewhere: run.linesElsewhere(), bytes, inTheClear: found, bans: chat.bans }
  } finally {
    flood.stop()
    await run.stop()
  }
}

type Figures = MailSums & Pick<DirectReport, 'share' | 'triedAMinute' | 'tryMs' | 'cut' | 'cameAMinute'>

class DirectRun {
  readonly sample: Mailbox[] = []
  readonly #chat: ChatSimulation
  readonly #random: SeededRandom
  readonly #meter = new CpuMeter()
  readonly #ledger = new MailLedger<Mailbox>()
  #said = 0

  private constructor(chat: ChatSimulation, seed: number) {
    this.#chat = chat
    this.#random = new SeededRandom(seed * 65_537)
  }

  /** Every key of the sample is known everywhere. */
  static async open(chat: ChatSimulation, { nodes, seed, sample = DEFAULT_SAMPLE }: DirectRunOptions): Promise<DirectRun> {
    const run = new DirectRun(chat, seed)
    const size = Math.min(sample, nodes)
    const { clock } = chat
    const onRead: (mailbox: Mailbox, line: { readonly text: string }) => void = (mailbox, { text }) =>
      run.#ledger.read(text, mailbox, clock.monotonicMs())
    for (let index = 0; index < size; index += 1) {
      // Evenly over all: who started first has other peers than who started last.
      const node = chat.nodes[Math.floor((index * nodes) / size)]!
      run.sample.push(await Mailbox.open(node, { clock, meter: run.#meter, onRead }))
    }
    await Promise.all([...run.sample.map((mailbox) => mailbox.publish()), run.#pass(SPREAD_MS)])
    // Who found no peer yet has them from the repair after he did.
    for (let waits = 0; !run.#knowAllKeys(); waits += 1) {
      if (waits === MAX_WAITS) throw new Error('the network is in parts: not everybody of the sample hears of all box keys')
      await run.#pass(SPREAD_MS)
    }
    return run
  }

  /** Whether all of the sample know the box keys of all others. */
  #knowAllKeys(): boolean {
    const keys = this.sample.map(({ node }) => node.signer.key)
    return this.sample.every(({ node }) => keys.every((key) => node.store.posts.newestOf(key, PostKind.BoxKey) !== undefined))
  }

  /** Messages evenly in time for so long, then until they are read. */
  async measure(seconds: number, choose: (index: number) => Pair): Promise<Figures> {
    const before = this.sample.map((mailbox) => sumsOf(mailbox))
    const startMs = this.#chat.clock.monotonicMs()
    const cutBefore = this.#meter.cut
    const everyMs = MINUTE_MS / MESSAGES_PER_MINUTE
    for (let index = 0; index < Math.round((seconds * 1_000) / everyMs); index += 1) await this.#say(choose(index), everyMs)
    const minutes = (this.#chat.clock.monotonicMs() - startMs) / MINUTE_MS
    const used = this.sample.map((mailbox, index) => {
      const [now, was] = [sumsOf(mailbox), before[index]!]
      return { ms: now.ms - was.ms, tried: now.tried - was.tried, came: now.came - was.came }
    })
    await this.#pass(DRAIN_MS)
    const mean = (of: (one: (typeof used)[number]) => number): number => used.reduce((sum, one) => sum + of(one), 0) / used.length
    const shareOf = (ms: number): number => ms / minutes / MINUTE_MS
    return {
      ...this.#ledger.take(),
      share: { mean: shareOf(mean(({ ms }) => ms)), worst: shareOf(Math.max(...used.map(({ ms }) => ms))) },
      triedAMinute: mean(({ tried }) => tried) / minutes,
      tryMs: mean(({ ms }) => ms) / mean(({ tried }) => tried),
      cut: this.#meter.cut - cutBefore,
      cameAMinute: mean(({ came }) => came) / minutes,
    }
  }

  /** Two of the sample. */
  anyPair(): Pair {
    const from = pick(this.#random, this.sample)!
    return [
      from,
      pick(
        this.#random,
        this.sample.filter((other) => other !== from),
      )!,
    ]
  }

  /** Pairs of the sample that have written to each other, in both directions. */
  async acquaint(): Promise<readonly Pair[]> {
    const pairs = Array.from({ length: Math.min(PAIRS, this.sample.length >> 1) }, (_, index): Pair[] => {
      const [one, other] = [this.sample[2 * index]!, this.sample[2 * index + 1]!]
      return [
        [one, other],
        [other, one],
      ]
    }).flat()
    for (const pair of pairs) await this.#say(pair, 1_000)
    await this.#pass(DRAIN_MS)
    this.#ledger.take()
    return pairs
  }

  /** Lines with the words of all texts at nodes that are not of the sample. */
  linesElsewhere(): number {
    const members = new Set(this.sample.map(({ node }) => node))
    const others = this.#chat.nodes.filter((node) => !members.has(node))
    return others.reduce((sum, { store }) => {
      return sum + store.history({ limit: 1_000 }).messages.filter(({ text }) => text.includes(WORDS)).length
    }, 0)
  }

  async stop(): Promise<void> {
    await Promise.all(this.sample.map(({ mail }) => mail.stop()))
  }

  /** Somebody writes, and so much time passes. */
  async #say([from, to]: Pair, passMs: number): Promise<void> {
    this.#said += 1
    const text = `${WORDS}, ${this.#said}`
    this.#ledger.sent(text, to, this.#chat.clock.monotonicMs())
    const sending = from.send(to, text)
    const tookMs = await this.#creep(sending)
    await sending
    await this.#pass(passMs - tookMs)
  }

  /** Lets time creep while `work` needs the thread pool, so that little of it passes. @returns how much did */
  async #creep(work: Promise<unknown>): Promise<number> {
    let isDone = false
    const end = (): void => {
      isDone = true
    }
    work.then(end, end)
    let passedMs = 0
    for (; !isDone && passedMs < CREEP_LIMIT_MS; passedMs += 1) await this.#pass(1)
    return passedMs
  }

  /** Moves time; it stands still while a try is at work. */
  async #pass(ms: number): Promise<void> {
    const { clock } = this.#chat
    let isOver = false
    clock.setTimer(ms, () => {
      isOver = true
    })
    while (!isOver) {
      await clock.runUntil(() => isOver || !this.#meter.isIdle, ms + 1)
      while (!this.#meter.isIdle) await new Promise((resolve) => setImmediate(resolve))
    }
    await this.#chat.advance(0)
  }
}

/** What a node has used for tries, how many it has made, and how many direct messages have come to it. */
function sumsOf({ mail, watch, node }: Mailbox): { ms: number; tried: number; came: number } {
  const came = node.store.posts.rooms().find(({ room }) => room === '_dm')?.posts ?? 0
  return { ms: watch.usedMs, tried: mail.counts.tried, came }
}
