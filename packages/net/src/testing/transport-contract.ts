/**
 * What every transport has to do, whatever carries its bytes, as cases that any runner of tests can go through. The contract in words:
 * transports/transport.ts.
 */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { parseUrl } from '@dchat/serial'
import { canonicalAddress } from '../canonical-address.ts'
import type { Transport, TransportStream } from '../transports/transport.ts'
import { Door, Ear } from './stream-ends.ts'

const MEGABYTE = 1024 * 1024
const never = (): AbortSignal => new AbortController().signal

/** A transport, and where it can be tried. */
export interface TransportUnderTest {
  /** What is tried. */
  readonly transport: Transport
  /** An address that can be listened on, again and again: with port 0 where addresses have ports. */
  readonly anyUrl: string
  /** What listens for a transport that only dials. @default the transport itself */
  readonly listener?: Transport
  /** The address under which the transport reaches one that is listened on. @default the same */
  dialUrl?(listenUrl: string): string
  /** Why a dial fails where nobody listens. @default ECONNREFUSED */
  readonly refusal?: string
}

/** What a transport may be excused from. */
export interface TransportContractOptions {
  /**
   * Whether one side may end while the other goes on. Through a proxy it may not: that closes both sides at the end of one, and
   * what is under way the other way can cost the last bytes. @default true
   */
  readonly halfCloses?: boolean
}

/** One claim of the contract. */
export interface TransportCase {
  /** What is claimed, in words. */
  readonly name: string
  /**
   * Resolves when the claim holds. A transport that never does what is waited for keeps it waiting: run it with a time limit.
   * @throws AssertionError of node:assert
   */
  readonly run: () => Promise<void>
}

/**
 * The cases that a transport has to pass, each for itself. With the runner of Node:
 * `for (const { name, run } of transportContract(make)) test(name, { timeout: 60_000 }, run)`.
 * @param make - called for each listener: where addresses have no port, it gives another address each time
 * @param options - what the transport is excused from
 */
export function transportContract(
  make: () => TransportUnderTest,
  { halfCloses = true }: TransportContractOptions = {},
): readonly TransportCase[] {
  const rig = new Rig(make, halfCloses)
  return Object.entries(CASES).map(([name, check]) => ({ name, run: () => check(rig) }))
}

/** Both ends of one connection. */
interface Pair extends AsyncDisposable {
  readonly near: TransportStream
  readonly far: TransportStream
  readonly nearUrl: string
  readonly farUrl: string
}

class Rig {
  readonly make: () => TransportUnderTest
  readonly halfCloses: boolean

  constructor(make: () => TransportUnderTest, halfCloses: boolean) {
    this.make = make
    this.halfCloses = halfCloses
  }

  listen(under: TransportUnderTest = this.make()): Promise<Door> {
    return new Door(under.listener ?? under.transport).open(under.anyUrl)
  }

  dial(under: TransportUnderTest, door: Door, signal: AbortSignal = never()): Promise<TransportStream> {
    return under.transport.dial(this.urlOf(under, door), { signal })
  }

  urlOf(under: TransportUnderTest, door: Door): string {
    return under.dialUrl?.(door.url) ?? door.url
  }

  async pair(): Promise<Pair> {
    const under = this.make()
    const door = await this.listen(under)
    const near = await this.dial(under, door)
    const far = await door.take()
    return {
      near,
      far,
      nearUrl: this.urlOf(under, door),
      farUrl: door.url,
      [Symbol.asyncDispose]: async () => {
        near.destroy()
        far.destroy()
        await door[Symbol.asyncDispose]()
      },
    }
  }
}

type Cases = Readonly<Record<string, (rig: Rig) => Promise<void>>>

const STREAMS: Cases = {
  async 'streams carry bytes both ways in order'(rig) {
    await using ends = await rig.pair()
    const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
    const sent: Buffer[] = []
    for (let index = 0; index < 500; index += 1) {
      const chunk = Buffer.alloc(1 + ((index * 97) % 3_000), index & 255)
      sent.push(chunk)
      ends.near.write(chunk)
      ends.far.write(chunk)
    }
    const wanted = Buffer.concat(sent)
    await far.until(({ byteCount }) => byteCount >= wanted.length)
    await near.until(({ byteCount }) => byteCount >= wanted.length)
    assert.deepEqual([far.bytes.equals(wanted), near.bytes.equals(wanted)], [true, true])
  },

  async 'streams name the other side'(rig) {
    await using ends = await rig.pair()
    await using others = await rig.pair()
    assert.equal(ends.near.remoteUrl, ends.nearUrl)
    const listened = parseUrl(ends.farUrl)
    const { scheme, host, port, canonical } = parseUrl(ends.far.remoteUrl)
    assert.deepEqual([scheme, host], [listened.scheme, listened.host])
    assert.equal(port === null, listened.port === null)
    assert.notEqual(port, 0)
    assert.equal(ends.far.remoteUrl, canonical)
    assert.notEqual(ends.far.remoteUrl, others.far.remoteUrl)
  },

  async 'streams push back while nobody reads, and tell when they have drained'(rig) {
    await using ends = await rig.pair()
    const near = new Ear(ends.near)
    let writes = 0
    let tookLast = true
    do {
      tookLast = ends.near.write(Buffer.alloc(MEGABYTE, writes))
      writes += 1
    } while (writes < 32)
    assert.deepEqual([tookLast, near.drains, ends.near.bufferedBytes > 0], [false, 0, true])
    const far = new Ear(ends.far)
    await far.until(({ byteCount }) => byteCount === writes * MEGABYTE)
    await near.until(({ drains }) => drains > 0)
    assert.deepEqual([near.drains, ends.near.bufferedBytes], [1, 0])
    assert.ok(far.bytes.every((byte, index) => byte === Math.floor(index / MEGABYTE)))
  },

  async 'streams deliver nothing while paused, and the rest after'(rig) {
    await using ends = await rig.pair()
    const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
    far.onChunk = () => ends.far.pause()
    ends.near.write(Buffer.from('one'))
    await far.until(({ byteCount }) => byteCount > 0)
    ends.near.write(Buffer.from('two'))
    for (let round = 0; round < 3; round += 1) {
      ends.far.write(Buffer.of(round))
      await near.until(({ byteCount }) => byteCount > round)
    }
    assert.equal(far.bytes.toString(), 'one')
    far.onChunk = () => {}
    ends.far.resume()
    await far.until(({ byteCount }) => byteCount === 6)
    assert.equal(far.bytes.toString(), 'onetwo')
  },

  async 'streams lose nothing that came before open'(rig) {
    const { halfCloses } = rig
    await using ends = await rig.pair()
    ends.near.write(Buffer.from('early'))
    const near = new Ear(ends.near)
    if (halfCloses) ends.near.end()
    // The far side answers only to a connection of its own kind: a second round trip shows that the first bytes are there.
    await using other = await rig.pair()
    other.near.write(Buffer.from('x'))
    await new Ear(other.far).until(({ byteCount }) => byteCount === 1)
    const far = new Ear(ends.far)
    await far.until(({ byteCount, closes }) => closes > 0 || (byteCount === 5 && !halfCloses))
    assert.deepEqual([far.bytes.toString(), far.ends], ['early', halfCloses ? 1 : 0])
    ends.near.end()
    await near.until(({ closes }) => closes > 0)
  },

  async 'streams write out what is queued before they end, and close on both sides'(rig) {
    await using ends = await rig.pair()
    const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
    ends.far.write(Buffer.from('go'))
    await near.until(({ byteCount }) => byteCount === 2)
    ends.near.write(Buffer.alloc(4 * MEGABYTE, 7))
    ends.near.end()
    await far.until(({ ends: count, closes }) => count > 0 || closes > 0)
    assert.equal(far.byteCount, 4 * MEGABYTE)
    await far.until(({ closes }) => closes > 0)
    await near.until(({ closes }) => closes > 0)
    assert.deepEqual([near.closes, far.closes, far.ends], [1, 1, 1])
  },

  async 'streams take no data and write nothing after end'(rig) {
    await using ends = await rig.pair()
    const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
    ends.far.write(Buffer.from('go'))
    await near.until(({ byteCount }) => byteCount === 2)
    ends.near.write(Buffer.from('last'))
    ends.near.end()
    ends.near.end()
    assert.equal(ends.near.write(Buffer.from('more')), false)
    if (rig.halfCloses) ends.far.write(Buffer.from('late'))
    await far.until(({ closes }) => closes > 0)
    await near.until(({ closes }) => closes > 0)
    assert.deepEqual([far.bytes.toString(), near.bytes.toString(), near.error], ['last', 'go', undefined])
  },

  async 'streams close on both sides when one is destroyed'(rig) {
    await using ends = await rig.pair()
    const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
    ends.near.destroy()
    ends.near.destroy()
    assert.equal(ends.near.write(Buffer.from('more')), false)
    await near.until(({ closes }) => closes > 0)
    await far.until(({ closes }) => closes > 0)
    assert.deepEqual([near.closes, far.closes, far.byteCount], [1, 1, 0])
  },

  async 'streams that are destroyed before open still tell that they closed'(rig) {
    await using ends = await rig.pair()
    const far = new Ear(ends.far)
    ends.near.destroy()
    await far.until(({ closes }) => closes > 0)
    const near = new Ear(ends.near)
    await near.until(({ closes }) => closes > 0)
    assert.deepEqual([near.closes, near.byteCount], [1, 0])
  },
}

const DIALS: Cases = {
  async 'dials fail where nobody listens'(rig) {
    const under = rig.make()
    const door = await rig.listen(under)
    await door[Symbol.asyncDispose]()
    const data = { url: rig.urlOf(under, door), reason: under.refusal ?? 'ECONNREFUSED' }
    await assert.rejects(rig.dial(under, door), { code: 'NET_DIAL_FAILED', data })
  },

  async 'dials that are aborted leave nothing open'(rig) {
    const under = rig.make()
    await using door = await rig.listen(under)
    const reason = new Error('enough')
    const isReason = (error: unknown): boolean => error === reason
    await assert.rejects(rig.dial(under, door, AbortSignal.abort(reason)), isReason)
    const ending = new AbortController()
    const dialling = rig.dial(under, door, ending.signal)
    ending.abort(reason)
    await assert.rejects(dialling, isReason)
    assert.deepEqual(getEventListeners(ending.signal, 'abort'), [])
    const last = await rig.dial(under, door)
    // A connection that was under way may have reached the listener; it closes without a byte.
    assert.equal(last.write(Buffer.from('last')), true)
    for (;;) {
      const ear = new Ear(await door.take())
      await ear.until(({ closes, byteCount }) => closes > 0 || byteCount > 0)
      ear.stream.destroy()
      if (ear.bytes.toString() === 'last') break
      assert.equal(ear.byteCount, 0)
    }
    last.destroy()
  },

  async 'dials leave no listener on their signal'(rig) {
    const under = rig.make()
    await using door = await rig.listen(under)
    const ending = new AbortController()
    const near = await rig.dial(under, door, ending.signal)
    assert.deepEqual(getEventListeners(ending.signal, 'abort'), [])
    ending.abort(new Error('too late'))
    near.write(Buffer.from('still open'))
    const far = new Ear(await door.take())
    await far.until(({ byteCount, closes }) => byteCount === 10 || closes > 0)
    assert.equal(far.bytes.toString(), 'still open')
    near.destroy()
  },

  async 'dials of another spelling lead to the same peer'(rig) {
    const under = rig.make()
    await using door = await rig.listen(under)
    const url = rig.urlOf(under, door)
    for (const spelling of spellings(url)) {
      assert.equal(canonicalAddress(spelling), url)
      const near = await under.transport.dial(canonicalAddress(spelling), { signal: never() })
      const far = await door.take()
      assert.equal(near.remoteUrl, url)
      near.destroy()
      far.destroy()
    }
  },
}

const LISTENERS: Cases = {
  async 'listeners tell their real address, canonical, with a free port for port 0'(rig) {
    const { anyUrl } = rig.make()
    await using first = await rig.listen()
    await using second = await rig.listen()
    assert.notEqual(first.url, second.url)
    const wanted = parseUrl(anyUrl)
    for (const { url } of [first, second]) {
      const { scheme, port } = parseUrl(url)
      assert.deepEqual([canonicalAddress(url), scheme, port === null], [url, wanted.scheme, wanted.port === null])
      assert.notEqual(port, 0)
    }
  },

  async 'listeners refuse an address that is taken'(rig) {
    const under = rig.make()
    await using door = await rig.listen(under)
    const { url } = door
    const refused = { code: 'NET_LISTEN_FAILED', data: { url, reason: 'EADDRINUSE' } }
    await assert.rejects(rig.listen({ ...under, anyUrl: url }), refused)
  },

  async 'listeners free the address when they close, and leave open what they accepted'(rig) {
    const under = rig.make()
    const door = await rig.listen(under)
    const near = await rig.dial(under, door)
    const far = new Ear(await door.take())
    await door[Symbol.asyncDispose]()
    await using again = await rig.listen({ ...under, anyUrl: door.url })
    assert.equal(again.url, door.url)
    near.write(Buffer.from('still there'))
    await far.until(({ byteCount }) => byteCount === 11)
    near.destroy()
    await far.until(({ closes }) => closes > 0)
    assert.deepEqual(door.streams, [])
  },
}

const CASES: Cases = { ...STREAMS, ...DIALS, ...LISTENERS }

/** How else people may write an address: the scheme and the host in capitals, with a `/` behind the host and without. */
function spellings(url: string): string[] {
  const { scheme, host, path } = parseUrl(url)
  const loud = url.replace(scheme, scheme.toUpperCase())
  if (host === null) return [loud]
  const bare = path === '/' ? url.slice(0, -1) : url
  const slashed = path === '' || path === '/' ? `${bare}/` : bare
  return [loud, bare, slashed, slashed.replace(host, host.toUpperCase())]
}
