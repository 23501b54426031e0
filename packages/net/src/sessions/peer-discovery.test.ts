/** Source: docs/node.md, *Sessions*, peer discovery. */
import assert from 'node:assert/strict'
import { ManualClock, SeededRandom, silentLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { Dnet } from '../dnet.ts'
import { makeSettings } from '../settings.ts'
import { PeerDiscovery } from './peer-discovery.ts'

/** A discovery whose slots stay empty, with a log of what it did and when. */
class World implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly log: [string, number][] = []
  readonly states: string[] = []
  isConnected = true
  /** What a question to the peers brings. */
  onAsk: () => void = () => {}
  /** What a query of the seeds does before it ends. */
  onSeed: () => Promise<void> = () => Promise.resolve()
  readonly #listeners = new Set<() => void>()
  readonly #peerListeners = new Set<() => void>()
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  readonly #discovery: PeerDiscovery

  constructor() {
    const dnet = new Dnet({ clock: this.clock, logger: silentLogger })
    dnet.switch(true)
    dnet.subscribe((event) => {
      if (event.event === 'outbound_peer_discovery') this.states.push(`${event.info.attempt} ${event.info.state}`)
    })
    this.#discovery = new PeerDiscovery({
      settings: makeSettings({}),
      clock: this.clock,
      random: new SeededRandom(1),
      dnet,
      hosts: {
        onNewHosts: (listener) => {
          this.#listeners.add(listener)
          return () => this.#listeners.delete(listener)
        },
      },
      event: 'outbound_peer_discovery',
      isConnected: () => this.isConnected,
      onPeer: (listener) => {
        this.#peerListeners.add(listener)
        return () => this.#peerListeners.delete(listener)
      },
      askPeers: () => {
        this.#note('getaddr')
        this.onAsk()
      },
      seed: () => {
        this.#note('seed')
        return this.onSeed()
      },
      wakeUsers: () => {
        this.#note('wake')
        this.#discovery.wake()
      },
    })
    this.#running = this.#discovery.run(this.#ending.signal).catch(() => {})
  }

  begin(): void {
    this.#discovery.wake()
  }

  newHosts(): void {
    for (const listener of this.#listeners) listener()
  }

  /** A peer is connected. */
  newPeer(): void {
    for (const listener of this.#peerListeners) listener()
  }

  get listeners(): number {
    return this.#listeners.size + this.#peerListeners.size
  }

  /** The log since the last call. */
  take(): [string, number][] {
    return this.log.splice(0)
  }

  #note(what: string): void {
    this.log.push([what, this.clock.monotonicMs()])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('end of test'))
    await this.#running
    assert.deepEqual([this.clock.pendingTimers, this.listeners], [0, 0])
  }
}

describe('discovery', () => {
  test('sleeps until a slot is empty', async () => {
    await using world = new World()
    await world.clock.advance(100_000)
    expect(world.take()).toEqual([])
    expect(world.states).toEqual(['0 wait'])
  })

  test('asks the peers twice in vain, then the seeds, then the peers again', async () => {
    await using world = new World()
    world.begin()
    await world.clock.advance(29_999)
    expect(world.take()).toEqual([
      ['getaddr', 0],
      ['wake', 5_000],
      ['getaddr', 10_000],
      ['wake', 15_000],
      ['seed', 20_000],
      ['wake', 20_000],
      ['getaddr', 25_000],
    ])
    expect(world.states).toEqual(['0 wait', '1 getaddr', '1 wait', '2 getaddr', '2 wait', '3 seed', '3 wait', '4 getaddr'])
  })

  test('asks the seeds at once while nobody is connected', async () => {
    await using world = new World()
    world.isConnected = false
    world.begin()
    await world.clock.advance(9_999)
    expect(world.take()).toEqual([
      ['seed', 0],
      ['wake', 0],
      ['seed', 5_000],
      ['wake', 5_000],
    ])
  })

  test('waits for a query of the seeds however long it takes', async () => {
    await using world = new World()
    let finish = (): void => {}
    world.isConnected = false
    world.onSeed = () => new Promise((resolve) => (finish = resolve))
    world.begin()
    await world.clock.advance(33_000)
    expect(world.take()).toEqual([['seed', 0]])
    finish()
    await world.clock.advance(0)
    expect(world.take()).toEqual([['wake', 33_000]])
  })

  test('wakes the slots as soon as an answer brings hosts, and starts counting anew', async () => {
    await using world = new World()
    world.begin()
    await world.clock.advance(11_000)
    world.newHosts()
    await world.clock.advance(0)
    expect(world.take()).toEqual([
      ['getaddr', 0],
      ['wake', 5_000],
      ['getaddr', 10_000],
      ['wake', 11_000],
    ])
    await world.clock.advance(25_000)
    expect(world.take()).toEqual([
      ['getaddr', 16_000],
      ['wake', 21_000],
      ['getaddr', 26_000],
      ['wake', 31_000],
      ['seed', 36_000],
      ['wake', 36_000],
    ])
  })
})

describe('of what it asks', () => {
  test.each<[string, { isConnected: boolean; finds: number }, string[]]>([
    [
      'peers: twice in vain, then the seeds, and so on',
      { isConnected: true, finds: 0 },
      ['getaddr', 'getaddr', 'seed', 'getaddr'],
    ],
    ['peers only, as long as they know somebody', { isConnected: true, finds: 9 }, ['getaddr', 'getaddr', 'getaddr', 'getaddr']],
    [
      'peers: one good answer forgives one in vain',
      { isConnected: true, finds: 2 },
      ['getaddr', 'getaddr', 'getaddr', 'getaddr'],
    ],
    ['seeds only, while nobody is connected', { isConnected: false, finds: 0 }, ['seed', 'seed', 'seed', 'seed']],
  ])('%s', async (_, { isConnected, finds }, asked) => {
    await using world = new World()
    world.isConnected = isConnected
    let questions = 0
    world.onAsk = () => {
      questions += 1
      // The second question is answered, or all are.
      if (finds === 9 || (finds === 2 && questions === 2)) world.newHosts()
    }
    world.begin()
    await world.clock.runUntil(() => world.log.filter(([what]) => what !== 'wake').length >= 4)
    const order = world.take().map(([what]) => what)
    expect(order.filter((what) => what !== 'wake').slice(0, 4)).toEqual(asked)
    // After each question the slots look again before the next.
    expect(order.slice(0, 7).filter((_what, index) => index % 2 === 1)).toEqual(['wake', 'wake', 'wake'])
  })

  test('a peer that comes is asked in the next round, one that goes no more', async () => {
    await using world = new World()
    world.isConnected = false
    world.begin()
    await world.clock.advance(1_000)
    world.isConnected = true
    await world.clock.advance(5_000)
    world.isConnected = false
    await world.clock.advance(10_000)
    expect(world.take().filter(([what]) => what !== 'wake')).toEqual([
      ['seed', 0],
      ['getaddr', 5_000],
      ['seed', 15_000],
    ])
  })
})

describe('pauses', () => {
  /** Lets `rounds` rounds of seeding go by. @returns the pauses between them */
  async function pauses(world: World, rounds: number): Promise<number[]> {
    world.isConnected = false
    world.begin()
    await world.clock.runUntil(() => world.log.filter(([what]) => what === 'seed').length > rounds)
    const times = world.log.filter(([what]) => what === 'seed').map(([, atMs]) => atMs)
    return times.slice(1).map((atMs, index) => atMs - times[index]!)
  }

  /** Lets the pauses grow. @returns the time, in the middle of a long one */
  async function growPauses(world: World): Promise<number> {
    await pauses(world, 12)
    await world.clock.advance(1_000)
    world.take()
    return world.clock.monotonicMs()
  }

  test('are 5 s at first, then grow with jitter up to the cool-off time', async () => {
    await using world = new World()
    const all = await pauses(world, 40)
    expect(all.slice(0, 6)).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 5_000])
    const [first, second, ...later] = all.slice(6)
    expect(first).toBeGreaterThanOrEqual(5_000)
    expect(first).toBeLessThanOrEqual(10_000)
    expect(second).toBeGreaterThanOrEqual(10_000)
    expect(second).toBeLessThanOrEqual(20_000)
    expect(Math.min(...later)).toBeGreaterThanOrEqual(15_000)
    expect(Math.max(...later)).toBeLessThanOrEqual(30_000)
    expect(new Set(later).size).toBeGreaterThan(20)
  })

  test('that have grown end when hosts come by themselves, and are short again', async () => {
    await using world = new World()
    const nowMs = await growPauses(world)
    world.newHosts()
    await world.clock.advance(20_000)
    expect(
      world
        .take()
        .filter(([what]) => what === 'seed')
        .map(([, atMs]) => atMs - nowMs),
    ).toEqual([0, 5_000, 10_000, 15_000, 20_000])
  })

  test('that have grown end when the first peer is connected: the network is back', async () => {
    await using world = new World()
    const nowMs = await growPauses(world)
    world.isConnected = true
    world.newPeer()
    await world.clock.advance(0)
    expect(world.take()).toEqual([['getaddr', nowMs]])
  })

  test('that have grown are not ended by one more peer', async () => {
    await using world = new World()
    world.begin()
    await world.clock.runUntil(() => world.log.filter(([what]) => what !== 'wake').length > 12)
    await world.clock.advance(5_001)
    world.take()
    world.newPeer()
    await world.clock.advance(0)
    expect(world.take()).toEqual([])
  })
})
