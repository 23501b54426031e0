/** What every transport has to do, whatever carries its bytes. The contract in words: transports/transport.ts. */
import { getEventListeners } from 'node:events'
import { parseUrl } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import type { Transport, TransportStream } from '../transports/transport.ts'
import { Door, Ear } from './stream-ends.ts'

const MEGABYTE = 1024 * 1024
const never = (): AbortSignal => new AbortController().signal

/** A transport, and where it can be tried. */
export interface TransportUnderTest {
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

export interface TransportContractOptions {
  /**
   * Whether one side may end while the other goes on. Through a proxy it may not: that closes both sides at the end of one, and
   * what is under way the other way can cost the last bytes. @default true
   */
  readonly halfCloses?: boolean
}

/** @param make - called for each listener: where addresses have no port, it gives another address each time */
export function describeTransport(
  name: string,
  make: () => TransportUnderTest,
  { halfCloses = true }: TransportContractOptions = {},
): void {
  const listen = (under: TransportUnderTest = make()): Promise<Door> =>
    new Door(under.listener ?? under.transport).open(under.anyUrl)
  const dial = (under: TransportUnderTest, door: Door, signal: AbortSignal = never()): Promise<TransportStream> =>
    under.transport.dial(urlOf(under, door), { signal })
  const urlOf = (under: TransportUnderTest, door: Door): string => under.dialUrl?.(door.url) ?? door.url

  /** Both ends of one connection. */
  async function pair(): Promise<
    { near: TransportStream; far: TransportStream; nearUrl: string; farUrl: string } & AsyncDisposable
  > {
    const under = make()
    const door = await listen(under)
    const near = await dial(under, door)
    const far = await door.take()
    return {
      near,
      far,
      nearUrl: urlOf(under, door),
      farUrl: door.url,
      [Symbol.asyncDispose]: async () => {
        near.destroy()
        far.destroy()
        await door[Symbol.asyncDispose]()
      },
    }
  }

  describe(`${name} streams`, () => {
    test('carry bytes both ways in order', async () => {
      await using ends = await pair()
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
      expect(far.bytes.equals(wanted)).toBe(true)
      expect(near.bytes.equals(wanted)).toBe(true)
    })

    test('name the other side', async () => {
      await using ends = await pair()
      await using others = await pair()
      expect(ends.near.remoteUrl).toBe(ends.nearUrl)
      const listened = parseUrl(ends.farUrl)
      const { scheme, host, port, canonical } = parseUrl(ends.far.remoteUrl)
      expect([scheme, host]).toEqual([listened.scheme, listened.host])
      expect(port === null).toBe(listened.port === null)
      expect(port).not.toBe(0)
      expect(ends.far.remoteUrl).toBe(canonical)
      expect(ends.far.remoteUrl).not.toBe(others.far.remoteUrl)
    })

    test('push back while nobody reads, and tell when they have drained', async () => {
      await using ends = await pair()
      const near = new Ear(ends.near)
      let writes = 0
      let tookLast = true
      do {
        tookLast = ends.near.write(Buffer.alloc(MEGABYTE, writes))
        writes += 1
      } while (writes < 32)
      expect(tookLast).toBe(false)
      expect(ends.near.bufferedBytes).toBeGreaterThan(0)
      expect(near.drains).toBe(0)
      const far = new Ear(ends.far)
      await far.until(({ byteCount }) => byteCount === writes * MEGABYTE)
      await near.until(({ drains }) => drains > 0)
      expect([near.drains, ends.near.bufferedBytes]).toEqual([1, 0])
      expect(far.bytes.every((byte, index) => byte === Math.floor(index / MEGABYTE))).toBe(true)
    })

    test('deliver nothing while paused, and the rest after', async () => {
      await using ends = await pair()
      const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
      far.onChunk = () => ends.far.pause()
      ends.near.write(Buffer.from('one'))
      await far.until(({ byteCount }) => byteCount > 0)
      ends.near.write(Buffer.from('two'))
      for (let round = 0; round < 3; round += 1) {
        ends.far.write(Buffer.of(round))
        await near.until(({ byteCount }) => byteCount > round)
      }
      expect(far.bytes.toString()).toBe('one')
      far.onChunk = () => {}
      ends.far.resume()
      await far.until(({ byteCount }) => byteCount === 6)
      expect(far.bytes.toString()).toBe('onetwo')
    })

    test('lose nothing that came before open', async () => {
      await using ends = await pair()
      ends.near.write(Buffer.from('early'))
      const near = new Ear(ends.near)
      if (halfCloses) ends.near.end()
      // The far side answers only to a connection of its own kind: a second round trip shows that the first bytes are there.
      await using other = await pair()
      other.near.write(Buffer.from('x'))
      await new Ear(other.far).until(({ byteCount }) => byteCount === 1)
      const far = new Ear(ends.far)
      await far.until(({ byteCount, closes }) => closes > 0 || (byteCount === 5 && !halfCloses))
      expect([far.bytes.toString(), far.ends]).toEqual(['early', halfCloses ? 1 : 0])
      ends.near.end()
      await near.until(({ closes }) => closes > 0)
    })

    test('write out what is queued before they end, and close on both sides', async () => {
      await using ends = await pair()
      const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
      ends.far.write(Buffer.from('go'))
      await near.until(({ byteCount }) => byteCount === 2)
      ends.near.write(Buffer.alloc(4 * MEGABYTE, 7))
      ends.near.end()
      await far.until(({ ends: count, closes }) => count > 0 || closes > 0)
      expect(far.byteCount).toBe(4 * MEGABYTE)
      await far.until(({ closes }) => closes > 0)
      await near.until(({ closes }) => closes > 0)
      expect([near.closes, far.closes, far.ends]).toEqual([1, 1, 1])
    })

    test('take no data and write nothing after end', async () => {
      await using ends = await pair()
      const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
      ends.far.write(Buffer.from('go'))
      await near.until(({ byteCount }) => byteCount === 2)
      ends.near.write(Buffer.from('last'))
      ends.near.end()
      ends.near.end()
      expect(ends.near.write(Buffer.from('more'))).toBe(false)
      if (halfCloses) ends.far.write(Buffer.from('late'))
      await far.until(({ closes }) => closes > 0)
      await near.until(({ closes }) => closes > 0)
      expect(far.bytes.toString()).toBe('last')
      expect(near.bytes.toString()).toBe('go')
      expect(near.error).toBeUndefined()
    })

    test('close on both sides when one is destroyed', async () => {
      await using ends = await pair()
      const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
      ends.near.destroy()
      ends.near.destroy()
      expect(ends.near.write(Buffer.from('more'))).toBe(false)
      await near.until(({ closes }) => closes > 0)
      await far.until(({ closes }) => closes > 0)
      expect([near.closes, far.closes, far.byteCount]).toEqual([1, 1, 0])
    })

    test('that are destroyed before open still tell that they closed', async () => {
      await using ends = await pair()
      const far = new Ear(ends.far)
      ends.near.destroy()
      await far.until(({ closes }) => closes > 0)
      const near = new Ear(ends.near)
      await near.until(({ closes }) => closes > 0)
      expect([near.closes, near.byteCount]).toEqual([1, 0])
    })
  })

  describe(`${name} dials`, () => {
    test('fail where nobody listens', async () => {
      const under = make()
      const door = await listen(under)
      await door[Symbol.asyncDispose]()
      await expect(dial(under, door)).rejects.toMatchObject({
        code: 'NET_DIAL_FAILED',
        data: { url: urlOf(under, door), reason: under.refusal ?? 'ECONNREFUSED' },
      })
    })

    test('that are aborted leave nothing open', async () => {
      const under = make()
      await using door = await listen(under)
      const reason = new Error('enough')
      await expect(dial(under, door, AbortSignal.abort(reason))).rejects.toBe(reason)
      const ending = new AbortController()
      const dialling = dial(under, door, ending.signal)
      ending.abort(reason)
      await expect(dialling).rejects.toBe(reason)
      expect(getEventListeners(ending.signal, 'abort')).toEqual([])
      const last = await dial(under, door)
      // A connection that was under way may have reached the listener; it closes without a byte.
      const reached = last.write(Buffer.from('last'))
      expect(reached).toBe(true)
      for (;;) {
        const ear = new Ear(await door.take())
        await ear.until(({ closes, byteCount }) => closes > 0 || byteCount > 0)
        ear.stream.destroy()
        if (ear.bytes.toString() === 'last') break
        expect(ear.byteCount).toBe(0)
      }
      last.destroy()
    })

    test('leave no listener on their signal', async () => {
      const under = make()
      await using door = await listen(under)
      const ending = new AbortController()
      const near = await dial(under, door, ending.signal)
      expect(getEventListeners(ending.signal, 'abort')).toEqual([])
      ending.abort(new Error('too late'))
      near.write(Buffer.from('still open'))
      const far = new Ear(await door.take())
      await far.until(({ byteCount, closes }) => byteCount === 10 || closes > 0)
      expect(far.bytes.toString()).toBe('still open')
      near.destroy()
    })
  })

  describe(`${name} listeners`, () => {
    test('tell their real address, canonical, with a free port for port 0', async () => {
      const { anyUrl } = make()
      await using first = await listen()
      await using second = await listen()
      expect(first.url).not.toBe(second.url)
      for (const { url } of [first, second]) {
        const { canonical, scheme, port } = parseUrl(url)
        expect([canonical, scheme]).toEqual([url, parseUrl(anyUrl).scheme])
        expect(port === null).toBe(parseUrl(anyUrl).port === null)
        expect(port).not.toBe(0)
      }
    })

    test('refuse an address that is taken', async () => {
      const under = make()
      await using door = await listen(under)
      const { url } = door
      await expect(listen({ ...under, anyUrl: url })).rejects.toMatchObject({
        code: 'NET_LISTEN_FAILED',
        data: { url, reason: 'EADDRINUSE' },
      })
    })

    test('free the address when they close, and leave open what they accepted', async () => {
      const under = make()
      const door = await listen(under)
      const near = await dial(under, door)
      const far = new Ear(await door.take())
      await door[Symbol.asyncDispose]()
      await using again = await listen({ ...under, anyUrl: door.url })
      expect(again.url).toBe(door.url)
      near.write(Buffer.from('still there'))
      await far.until(({ byteCount }) => byteCount === 11)
      near.destroy()
      await far.until(({ closes }) => closes > 0)
      expect(door.streams).toEqual([])
    })
  })
}
