/** Source: docs/node.md, *Sessions*, peer discovery. */
import assert from 'node:assert/strict'
import { ManualClock, SeededRandom } from '@dchat/system'
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
  /** What a query of the seeds does before it ends. */
  onSeed: () => Promise<void> = () => Promise.resolve()
  readonly #listeners = new Set<() => void>()
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  readonly #discovery: PeerDiscovery

  constructor() {
    const dnet = new Dnet(this.clock)
    dnet.isEnabled = true
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
      isConnected: () => this.isConnected,
      askPeers: () => this.#note('getaddr'),
      seed: () => {
        this.#note('seed')
        return this.onSeed()
      },
      wakeSlots: () => {
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

  get listeners(): number {
    return this.#listeners.size
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

describe('pauses', () => {
  /** Lets `rounds` rounds of seeding go by. @returns the pauses between them */
  async function pauses(world: World, rounds: number): Promise<number[]> {
    world.isConnected = false
    world.begin()
    await world.clock.runUntil(() => world.log.filter(([what]) => what === 'seed').length > rounds)
    const times = world.log.filter(([what]) => what === 'seed').map(([, atMs]) => atMs)
    return times.slice(1).map((atMs, index) => atMs - times[index]!)
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
    await pauses(world, 12)
    await world.clock.advance(1_000)
    world.take()
    const nowMs = world.clock.monotonicMs()
    world.newHosts()
    await world.clock.advance(20_000)
    expect(
      world
        .take()
        .filter(([what]) => what === 'seed')
        .map(([, atMs]) => atMs - nowMs),
    ).toEqual([0, 5_000, 10_000, 15_000, 20_000])
  })
})
