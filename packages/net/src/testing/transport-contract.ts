/** What every transport has to do, whatever carries its bytes. The contract in words: transports/transport.ts. */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { parseUrl } from '@dchat/serial'
import { describe, expect, test } from 'vitest'
import type { Listening, StreamHandler, Transport, TransportStream } from '../transports/transport.ts'

/** A handler that remembers. */
class Ear implements StreamHandler {
  readonly stream: TransportStream
  readonly chunks: Buffer[] = []
  drains = 0
  ends = 0
  closes = 0
  error: Error | undefined
  onChunk: () => void = () => {}
  #waiters: (() => void)[] = []

  constructor(stream: TransportStream) {
    this.stream = stream
    stream.open(this)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  get byteCount(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0)
  }

  onData(chunk: Buffer): void {
    assert.deepEqual([this.ends, this.closes], [0, 0], 'data after the end')
    this.chunks.push(chunk)
    this.onChunk()
    this.#tell()
  }

  onDrain(): void {
    this.drains += 1
    this.#tell()
  }

  onEnd(): void {
    this.ends += 1
    this.#tell()
  }

  onClose(error: Error | undefined): void {
    this.closes += 1
    this.error = error
    this.#tell()
  }

  /** Resolves once `isDone` holds, looking after each event. */
  async until(isDone: (ear: this) => boolean): Promise<void> {
    while (!isDone(this)) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  #tell(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}

/** A listener and what came in. */
class Door implements AsyncDisposable {
  readonly streams: TransportStream[] = []
  readonly #transport: Transport
  #listening: Listening | undefined
  #wake: () => void = () => {}

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async open(url: string): Promise<this> {
    this.#listening = await this.#transport.listen(url, (stream) => {
      this.streams.push(stream)
      this.#wake()
    })
    return this
  }

  get url(): string {
    return this.#listening!.url
  }

  async take(): Promise<TransportStream> {
    while (this.streams.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.streams.shift()!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.close()
  }
}

const MEGABYTE = 1024 * 1024
const never = (): AbortSignal => new AbortController().signal

/** @param anyUrl an address with port 0 that can be listened on and dialled */
export function describeTransport(name: string, make: () => { transport: Transport; anyUrl: string }): void {
  const listen = (): Promise<Door> => {
    const { transport, anyUrl } = make()
    return openDoor(transport, anyUrl)
  }
  const openDoor = (transport: Transport, url: string): Promise<Door> => new Door(transport).open(url)

  /** Both ends of one connection. */
  async function pair(): Promise<{ near: TransportStream; far: TransportStream; door: Door } & AsyncDisposable> {
    const { transport, anyUrl } = make()
    const door = await openDoor(transport, anyUrl)
    const near = await transport.dial(door.url, { signal: never() })
    const far = await door.take()
    return {
      near,
      far,
      door,
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
      expect(ends.near.remoteUrl).toBe(ends.door.url)
      const { scheme, host, port, canonical } = parseUrl(ends.far.remoteUrl)
      expect([scheme, host]).toEqual([parseUrl(ends.door.url).scheme, parseUrl(ends.door.url).host])
      expect(port).toBeGreaterThan(0)
      expect(ends.far.remoteUrl).toBe(canonical)
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
      ends.near.end()
      // The far side answers only to a connection of its own kind: a second round trip shows that the first bytes are there.
      await using other = await pair()
      other.near.write(Buffer.from('x'))
      await new Ear(other.far).until(({ byteCount }) => byteCount === 1)
      const far = new Ear(ends.far)
      await far.until(({ closes }) => closes > 0)
      expect([far.bytes.toString(), far.ends]).toEqual(['early', 1])
      await near.until(({ closes }) => closes > 0)
    })

    test('write out what is queued before they end, and close on both sides', async () => {
      await using ends = await pair()
      const near = new Ear(ends.near)
      ends.near.write(Buffer.alloc(4 * MEGABYTE, 7))
      ends.near.end()
      const far = new Ear(ends.far)
      await far.until(({ ends: count }) => count > 0)
      expect(far.byteCount).toBe(4 * MEGABYTE)
      await far.until(({ closes }) => closes > 0)
      await near.until(({ closes }) => closes > 0)
      expect([near.closes, far.closes, far.ends]).toEqual([1, 1, 1])
    })

    test('take no data and write nothing after end', async () => {
      await using ends = await pair()
      const [near, far] = [new Ear(ends.near), new Ear(ends.far)]
      ends.near.write(Buffer.from('last'))
      ends.near.end()
      ends.near.end()
      expect(ends.near.write(Buffer.from('more'))).toBe(false)
      ends.far.write(Buffer.from('late'))
      await far.until(({ closes }) => closes > 0)
      await near.until(({ closes }) => closes > 0)
      expect(far.bytes.toString()).toBe('last')
      expect(near.bytes.toString()).toBe('')
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
      const { transport, anyUrl } = make()
      const door = await openDoor(transport, anyUrl)
      const { url } = door
      await door[Symbol.asyncDispose]()
      await expect(transport.dial(url, { signal: never() })).rejects.toMatchObject({
        code: 'NET_DIAL_FAILED',
        data: { url, reason: 'ECONNREFUSED' },
      })
    })

    test('that are aborted leave nothing open', async () => {
      const { transport, anyUrl } = make()
      await using door = await openDoor(transport, anyUrl)
      const reason = new Error('enough')
      await expect(transport.dial(door.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const ending = new AbortController()
      const dialling = transport.dial(door.url, { signal: ending.signal })
      ending.abort(reason)
      await expect(dialling).rejects.toBe(reason)
      const last = await transport.dial(door.url, { signal: never() })
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
      const { transport, anyUrl } = make()
      await using door = await openDoor(transport, anyUrl)
      const ending = new AbortController()
      const near = await transport.dial(door.url, { signal: ending.signal })
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
    test('take a free port for port 0 and tell it', async () => {
      await using first = await listen()
      await using second = await listen()
      const ports = [first, second].map(({ url }) => parseUrl(url).port)
      expect(ports.every((port) => port !== null && port > 0)).toBe(true)
      expect(first.url).toBe(parseUrl(first.url).canonical)
      expect(make().anyUrl).toContain(':0/')
    })

    test('refuse an address that is taken', async () => {
      const { transport, anyUrl } = make()
      await using door = await openDoor(transport, anyUrl)
      const { url } = door
      await expect(openDoor(transport, url)).rejects.toMatchObject({
        code: 'NET_LISTEN_FAILED',
        data: { url, reason: 'EADDRINUSE' },
      })
    })

    test('free the address when they close, and leave open what they accepted', async () => {
      const { transport, anyUrl } = make()
      const door = await openDoor(transport, anyUrl)
      const near = await transport.dial(door.url, { signal: never() })
      const far = new Ear(await door.take())
      await door[Symbol.asyncDispose]()
      await using again = await openDoor(transport, door.url)
      expect(again.url).toBe(door.url)
      near.write(Buffer.from('still there'))
      await far.until(({ byteCount }) => byteCount === 11)
      near.destroy()
      await far.until(({ closes }) => closes > 0)
      expect(door.streams).toEqual([])
    })
  })
}
