/** Whatever is asked of a node in whatever order, among whatever peers: no host is stuck, and `stop()` leaves nothing. */
import { TaskScope } from '@dchat/system'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { isNetError } from '../errors.ts'
import { HostColor } from '../hosts/host-color.ts'
import { rawFrame } from '../testing/frames.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { RawPeer } from '../testing/raw-peer.ts'
import type { Listening } from '../transports/transport.ts'
import type { DirectChannel } from './direct-session.ts'

/** What comes of a dial to a host. */
const BEHAVIOURS: readonly ((peer: RawPeer) => void)[] = [
  (peer) => peer.open().greet(),
  // Greets and goes.
  (peer) => {
    peer.open().greet()
    peer.stream.end()
  },
  // Neither reads nor speaks.
  () => {},
  // Says nothing, but closes when it is left.
  (peer) => void peer.open(),
  (peer) => peer.stream.destroy(),
  (peer) => peer.open().send(rawFrame({ command: 'what' })),
  (peer) => peer.open().send(Buffer.from('nothing of ours')),
]
/** Two more that nobody listens at, of which one refuses and one hears nothing. */
const URLS = Array.from({ length: BEHAVIOURS.length + 2 }, (_, index) => `tcp://${30 + index}.0.0.1:1/`)
const LOST = URLS.at(-1)!
const COLORS = [HostColor.Gold, HostColor.White, HostColor.Grey] as const

const url = fc.constantFrom(...URLS)
const urls = fc.uniqueArray(url, { maxLength: 3 })
const action = fc.oneof(
  fc.record({ what: fc.constant('learn' as const), url, color: fc.constantFrom(...COLORS) }),
  fc.record({ what: fc.constant('slots' as const), count: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ what: fc.constant('peers' as const), urls }),
  fc.record({ what: fc.constant('seeds' as const), urls }),
  fc.record({
    what: fc.constantFrom('direct' as const, 'connect' as const),
    url,
    patienceMs: fc.integer({ min: 0, max: 20_000 }),
  }),
  fc.record({
    what: fc.constant('any' as const),
    count: fc.integer({ min: 1, max: 3 }),
    patienceMs: fc.integer({ min: 0, max: 20_000 }),
  }),
  fc.record({ what: fc.constant('disconnect' as const), nth: fc.nat({ max: 9 }) }),
  fc.record({ what: fc.constant('seed' as const) }),
)
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never
const schedule = fc.array(fc.record({ action, pauseMs: fc.constantFrom(0, 1, 500, 5_000, 16_000) }), { maxLength: 12 })

class World implements AsyncDisposable {
  readonly net = new LocalNet({ latencyMs: 5, fateOf: (_, to) => (to === LOST ? 'lost' : 'open') })
  readonly node: LocalNode
  readonly asked: Promise<void>[] = []
  /** Peers that `connect` may keep. */
  readonly byHand = new Set<string>()
  readonly #listening: Listening[] = []
  readonly #raw: RawPeer[] = []

  private constructor() {
    this.node = this.net.add({ greylistRefineryIntervalMs: 7_000, inboundConnections: 2 })
  }

  static async open(): Promise<World> {
    const world = new World()
    for (const [index, behave] of BEHAVIOURS.entries()) await world.#listen(URLS[index]!, behave)
    return world
  }

  async #listen(at: string, behave: (peer: RawPeer) => void): Promise<void> {
    const { network, clock } = this.net
    const listening = network.transport(at.slice(6, -3)).listen(at, (stream) => {
      const peer = new RawPeer(stream, { clock })
      this.#raw.push(peer)
      behave(peer)
    })
    this.#listening.push(await this.net.settle(listening))
  }

  /** Asks without waiting; whatever comes of it has to come. */
  #ask(work: Promise<unknown>, patienceMs: number, ending?: AbortController): void {
    const timer = this.net.clock.setTimer(patienceMs, () => ending?.abort(new Error('enough')))
    const asked = work.then(
      () => {},
      (error: unknown) => {
        if (!isNetError(error) && (error as Error).message !== 'enough') throw error
      },
    )
    this.asked.push(asked.finally(() => timer.cancel()))
  }

  do(step: Action): void {
    const { p2p } = this.node
    switch (step.what) {
      case 'learn':
        p2p.hosts.container.store(step.color, step.url, 1)
        if (step.color === HostColor.Grey) p2p.hosts.insertFromPeer([{ url: 'tcp://60.0.0.1:1/', lastSeenSec: 1 }], step.url)
        return
      case 'slots':
        return this.#ask(p2p.reload({ outboundConnections: step.count, inboundConnections: step.count }), 0)
      case 'peers':
        return this.#ask(p2p.reload({ peers: step.urls }), 0)
      case 'seeds':
        return this.#ask(p2p.reload({ seeds: step.urls }), 0)
      case 'seed':
        return this.#ask(p2p.seed(), 0)
      case 'disconnect':
        return this.#ask(p2p.disconnect(p2p.channels[step.nth]?.info.id ?? 0), 0)
      case 'connect': {
        const ending = new AbortController()
        this.byHand.add(step.url)
        return this.#ask(p2p.connect(step.url, ending), step.patienceMs, ending)
      }
      case 'direct': {
        const ending = new AbortController()
        return this.#ask(p2p.direct.getChannel(step.url, ending).then(release), step.patienceMs, ending)
      }
      case 'any': {
        const ending = new AbortController()
        const getting = p2p.direct.getAnyChannels({ count: step.count, signal: ending.signal })
        return this.#ask(
          getting.then((shares) => shares.forEach(release)),
          step.patienceMs,
          ending,
        )
      }
    }
  }

  async run(steps: readonly { readonly action: Action; readonly pauseMs: number }[]): Promise<void> {
    for (const step of steps) {
      this.do(step.action)
      await this.net.clock.advance(step.pauseMs)
    }
  }

  get activeHosts(): string[] {
    const { registry } = this.node.p2p.hosts
    return (['insert', 'refine', 'connect', 'connected', 'move'] as const).flatMap((state) => [...registry.urlsIn(state)])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.net.settle(this.node.p2p.stop())
    for (const { stream } of this.#raw) stream.destroy()
    for (const listening of this.#listening) await listening.close()
  }
}

/** @returns the code of the error that ended it, '' for none */
async function startAndRun({ p2p }: LocalNode): Promise<string> {
  try {
    await p2p.start()
    await p2p.run()
    return ''
  } catch (error) {
    return isNetError(error) ? error.code : String(error)
  }
}

const release = (share: DirectChannel): void => share.release()

afterEach(() => {
  vi.restoreAllMocks()
})

/** Every scope that was made and has not ended. */
function watchScopes(): () => number {
  const scopes = new Set<TaskScope>()
  const spawn = Object.getOwnPropertyDescriptor(TaskScope.prototype, 'spawn')!.value as TaskScope['spawn']
  vi.spyOn(TaskScope.prototype, 'spawn').mockImplementation(function watched(this: TaskScope, task) {
    scopes.add(this)
    spawn.call(this, task)
  })
  return () => [...scopes].filter(({ size }) => size > 0).length
}

test('stop() at any moment leaves no handle, timer, task, host or waiter, and the node can start again', async () => {
  const scopesAtWork = watchScopes()
  await fc.assert(
    fc.asyncProperty(schedule, fc.integer({ min: 0, max: 3_000 }), async (steps, stopMs) => {
      const world = await World.open()
      {
        await using _ = world
        const { net, node } = world
        const { p2p } = node
        const running = startAndRun(node)
        // The schedule begins while the node starts.
        const scheduled = world.run(steps)
        await net.settle(scheduled)
        await net.clock.advance(stopMs)
        await net.settle(Promise.all([p2p.stop(), p2p.stop()]))
        await Promise.all(world.asked)
        await net.clock.advance(10)
        expect(['', 'NET_STOPPED']).toContain(await running)
        expect([p2p.state, p2p.channels, world.activeHosts]).toEqual(['stopped', [], []])
        expect([scopesAtWork(), p2p.peerCount, p2p.listenUrls]).toEqual([0, 0, []])
        expect(node.logger.records.filter(({ level }) => level === 'error')).toEqual([])
        await p2p.reload({ peers: [], seeds: [] })
        await net.run(node)
        expect(p2p.state).toBe('run')
      }
      // A stream that was reset at one end is told at the other after the latency.
      await world.net.clock.advance(20_000)
      expect([world.net.clock.pendingTimers, world.net.network.openHandles, scopesAtWork()]).toEqual([0, 0, 0])
    }),
    { numRuns: 60 },
  )
})

test('when the dust has settled every host is free, suspended, or connected by a channel that is open', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (steps) => {
      await using world = await World.open()
      const { net, node } = world
      const { p2p } = node
      await net.run(node)
      await world.run(steps)
      void p2p.reload({ outboundConnections: 0, peers: [], seeds: [], greylistRefineryIntervalMs: 3_600_000 })
      await net.clock.advance(150_000)
      await Promise.all(world.asked)
      const { registry } = p2p.hosts
      for (const host of world.activeHosts) {
        const held = registry.held(host)
        const isLive = registry.stateOf(host) === 'connected' && held !== undefined && !held.isStopped
        // A peer of connect() is dialled again and again.
        expect(isLive || world.byHand.has(host), `${host} is in state ${registry.stateOf(host)}`).toBe(true)
      }
      for (const channel of p2p.peers) expect(registry.held(channel.info.url)).toBe(channel)
      expect(node.logger.records.filter(({ level }) => level === 'error')).toEqual([])
    }),
    { numRuns: 60 },
  )
})
