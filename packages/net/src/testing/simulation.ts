/** A network of real nodes in simulated time: links with latencies and faults, hosts that come and go, hostile ones too. */
import { parseUrl } from '@dchat/serial'
import { ManualClock, SeededRandom, TaskScope, silentLogger, sleep, spawnEvery } from '@dchat/system'
import type { Logger, Random } from '@dchat/system'
import type { Settings } from '../settings.ts'
import { MemoryNetwork } from '../transports/memory.ts'
import type { DialFate, NetworkTap } from '../transports/memory.ts'
import { HostileHost } from './hostile-host.ts'
import type { Behaviour } from './hostile-host.ts'
import { LinkConditions, exponentialMs, latencyOf, part } from './link-conditions.ts'
import type { LatencyRange } from './link-conditions.ts'
import { SEED_SETTINGS, publicUrl } from './memory-node.ts'
import type { NodeOptions } from './memory-node.ts'
import { SimulatedNode } from './simulated-node.ts'
import { Trace, Traffic } from './trace.ts'

/** What a simulation is like. */
export interface SimulationOptions {
  /** The same seed gives the same run, event by event. @default 1 */
  readonly seed?: number
  /** How long bytes are under way. @default 10 to 150 ms */
  readonly latency?: LatencyRange
  /** Part of the dials that hear nothing, 0 to 1. @default 0 */
  readonly dialLoss?: number
  /** How often an open link breaks, in an hour: half of the time with a reset, else without a word. @default 0 */
  readonly breaksPerHour?: number
  /** Hashes every event; costs about a fifth more time. @default false */
  readonly isTraced?: boolean
  /** Hears everything that happens on the network, beside `traffic`. */
  readonly tap?: NetworkTap
}

/** How nodes come and go. */
export interface ChurnOptions {
  /** How long a node stays up, on average: exponential. */
  readonly meanUpMs: number
  /** How long it stays down, on average: exponential. */
  readonly meanDownMs: number
  /** Part of the leaves that are deaths: nobody is told. 0 to 1. */
  readonly deathShare: number
}

/** Time between two looks at which links break. */
const BREAK_INTERVAL_MS = 10_000
/** Failures that are kept; a run that has one has failed. */
const MAX_FAILURES = 20
/** Longer than any node takes to stop. */
const STOP_LIMIT_MS = 600_000
/** Longer than any link: what was under way when the last node stopped has arrived. */
const LAST_PARCELS_MS = 60_000
/** Seeds of simulations are apart by as much, so that no two nodes of two simulations draw the same. */
const MAX_SEEDED_NODES = 32_768
/** As lilith does: docs/node.md, *Lilith's configuration*. */
const SEED_WHITE_INTERVAL_MS = 120_000

/** What draws random numbers of its own, so that more of one thing does not change another. */
const STREAMS = ['fates', 'breaks', 'churn', 'hostile'] as const

/** A network of real nodes in simulated time. Adds hosts one by one; `await using` stops them all. */
export class Simulation implements AsyncDisposable {
  /** Simulated time. */
  readonly clock: ManualClock = new ManualClock()
  /** What the hosts dial each other on. */
  readonly network: MemoryNetwork
  /** Partitions of the network. */
  readonly conditions: LinkConditions
  /** In the order they were added. */
  readonly nodes: SimulatedNode[] = []
  /** In the order they were added. */
  readonly hostile: HostileHost[] = []
  /** What was sent, by command. */
  readonly traffic: Traffic = new Traffic()
  /** There where `isTraced` was asked for. */
  readonly trace: Trace | undefined
  /** What went wrong and should not have: at most 20 are kept. */
  readonly failures: unknown[] = []
  readonly #seed: number
  readonly #dialLoss: number
  readonly #random: Readonly<Record<(typeof STREAMS)[number], Random>>
  readonly #down = new Set<string>()
  /** Arrivals, churn and faults. */
  #weather: TaskScope = this.#newWeather()
  readonly #logger: Logger = {
    ...silentLogger,
    error: (message, fields) => this.#fail(new Error(message, { cause: fields?.['error'] })),
  }

  constructor(options: SimulationOptions = {}) {
    const { seed = 1, dialLoss = 0, breaksPerHour = 0, latency = { minMs: 10, maxMs: 150 } } = options
    this.#seed = seed
    this.#dialLoss = dialLoss
    const [fates, breaks, churn, hostile] = STREAMS.map((_, index) => new SeededRandom(seed * STREAMS.length + index))
    this.#random = { fates: fates!, breaks: breaks!, churn: churn!, hostile: hostile! }
    this.trace = options.isTraced === true ? new Trace(this.clock) : undefined
    this.network = new MemoryNetwork({
      clock: this.clock,
      latencyMs: latencyOf(seed, latency),
      fateOf: (fromHost, toUrl) => this.#fateOf(fromHost, toUrl),
      tap: tapInto([this.traffic, this.trace, options.tap].filter((tap) => tap !== undefined)),
    })
    this.conditions = new LinkConditions(this.network)
    if (breaksPerHour > 0) {
      const chance = (breaksPerHour * BREAK_INTERVAL_MS) / 3_600_000
      spawnEvery(this.#weather, { clock: this.clock, intervalMs: BREAK_INTERVAL_MS }, () => this.#breakSome(chance))
    }
  }

  /** Makes a node with default settings, at a public address in a network group of its own; not started. */
  add(settings: Partial<Settings> = {}, options: NodeOptions = {}): SimulatedNode {
    const index = this.nodes.length
    const node = new SimulatedNode(
      { ...options, url: publicUrl(index), seed: this.#seed * MAX_SEEDED_NODES + index, settings },
      {
        clock: this.clock,
        network: this.network,
        conditions: this.conditions,
        logger: this.#logger,
        onChange: ({ host }, change) => this.#onChange(host, change),
        onFailure: (_, error) => this.#fail(error),
      },
    )
    this.nodes.push(node)
    this.#down.add(node.host)
    return node
  }

  /** Makes a node that only answers, as lilith; not started. */
  addSeed(settings: Partial<Settings> = {}, options: NodeOptions = {}): SimulatedNode {
    return this.add({ ...SEED_SETTINGS, whitelistRefineryIntervalMs: SEED_WHITE_INTERVAL_MS, ...settings }, options)
  }

  /** Brings up a host at `url` that does nothing but what its behaviours do. */
  addHostile(url: string, behaviours: readonly Behaviour[]): HostileHost {
    const seed = this.#random.hostile.int(2 ** 32)
    const host = new HostileHost({ url, behaviours, random: new SeededRandom(seed) }, this)
    this.hostile.push(host)
    host.start()
    return host
  }

  /** Starts nodes one after the other, evenly within `withinMs`. */
  startAll(nodes: readonly SimulatedNode[], withinMs: number): void {
    for (const [index, node] of nodes.entries()) {
      this.#weather.spawn(async (signal) => {
        await sleep(this.clock, Math.floor((withinMs * index) / nodes.length), signal)
        node.start()
      })
    }
  }

  /** Lets nodes leave, or die, and come back, for ever. */
  churn(nodes: readonly SimulatedNode[], options: ChurnOptions): void {
    const random = this.#random.churn
    for (const node of nodes) {
      this.#weather.spawn(async (signal) => {
        for (;;) {
          await sleep(this.clock, exponentialMs(random, options.meanUpMs), signal)
          void (part(random) < options.deathShare ? node.die() : node.leave())
          await sleep(this.clock, exponentialMs(random, options.meanDownMs), signal)
          node.start()
        }
      })
    }
  }

  /** Ends arrivals, churn and faults; who is down stays down. */
  async calm(): Promise<void> {
    const weather = this.#weather
    this.#weather = this.#newWeather()
    await weather.stop()
  }

  /** Moves time. @throws the first failure of a node, if there was one */
  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms)
    if (this.failures.length > 0) throw this.failures[0]
  }

  /** Ends churn, faults and cuts, and stops every host. Resolves when all is down. @throws the first failure of a node */
  async stop(): Promise<void> {
    let isDown = false
    const stopping = Promise.all([
      this.calm(),
      ...this.nodes.map((node) => node.leave()),
      ...this.hostile.map((host) => host.stop()),
    ]).finally(() => {
      isDown = true
    })
    await this.clock.runUntil(() => isDown, STOP_LIMIT_MS)
    await stopping
    this.conditions.partition(undefined)
    await this.advance(LAST_PARCELS_MS)
  }

  /** As `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #newWeather(): TaskScope {
    return new TaskScope((error) => this.#fail(error))
  }

  #breakSome(chance: number): void {
    const broken = this.conditions.breakSome(chance, this.#random.breaks)
    if (broken > 0) this.trace?.note(`${broken} links break`)
  }

  /** A host that is off does not even refuse. */
  #fateOf(fromHost: string, toUrl: string): DialFate {
    const toHost = parseUrl(toUrl).host!
    if (this.#down.has(toHost) || this.conditions.isCut(fromHost, toHost)) return 'lost'
    return this.#dialLoss > 0 && part(this.#random.fates) < this.#dialLoss ? 'lost' : 'open'
  }

  #onChange(host: string, change: 'up' | 'down' | 'dead'): void {
    this.trace?.note(`${host} is ${change}`)
    if (change === 'up') this.#down.delete(host)
    else this.#down.add(host)
  }

  #fail(error: unknown): void {
    if (this.failures.length < MAX_FAILURES) this.failures.push(error)
  }
}

function tapInto(taps: readonly NetworkTap[]): NetworkTap {
  return {
    dialled: (fromHost, url, fate) => {
      for (const tap of taps) tap.dialled(fromHost, url, fate)
    },
    sent: (fromHost, toHost, parcel) => {
      for (const tap of taps) tap.sent(fromHost, toHost, parcel)
    },
  }
}
