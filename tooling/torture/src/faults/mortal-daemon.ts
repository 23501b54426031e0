/** A daemon that dies often, under load, and what it promised meanwhile. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { DaemonNode, Follower, LineBook, Program, RawPeer, Sender, chatFrame, loopbackHost } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { inspected } from './inspected.ts'

/** How long a daemon lives under load. */
const LIFE_MS = { least: 10, most: 500 }
/** Every so many lives all that is stored is read again. */
const THOROUGH_LIVES = 20
/** A start takes 170 ms or more. */
const START_MS = 300

export class MortalDaemon {
  readonly book: LineBook = new LineBook()
  /** How long each start took until it answered, in ms. */
  readonly startsMs: number[] = []
  readonly #node: DaemonNode
  readonly #random: Random
  readonly #name: string
  #lives = 0
  #lines = 0

  /** @param name stands in each of its lines */
  constructor(node: DaemonNode, name: string, random: Random) {
    this.#node = node
    this.#name = name
    this.#random = random
  }

  /** One life: what the last one left is checked, then load until the end. */
  async live(): Promise<void> {
    const node = this.#node
    await this.#start()
    this.#lives += 1
    if (this.#lives % THOROUGH_LIVES === 0) this.book.checkAll(await node.history(0))

    const { socketPath, cookiePath } = node.home.paths
    const cookie = readFileSync(cookiePath, 'utf8').trim()
    await using load = new AsyncDisposableStack()
    load.use(await Follower.subscribed(socketPath, this.book))
    const tcp = { endpoint: { host: '127.0.0.1', port: await node.rpcPort() }, cookie }
    const senders = [{ endpoint: { path: socketPath } }, { endpoint: { path: socketPath } }, tcp].map((where) =>
      load.use(new Sender({ ...where, witness: this.book, nextText: () => this.#nextText('rpc') })),
    )
    const life = delay(LIFE_MS.least + this.#random.int(LIFE_MS.most - LIFE_MS.least))
    const peering = this.#flood(load, life)
    await life
    node.program.kill('SIGKILL')
    await peering
    await Promise.all(senders.map((sender) => sender.ended()))
    await node.kill('SIGKILL')
  }

  /** A start that is cut short wherever it is. */
  async stillbirth(): Promise<void> {
    await using program = new Program('dchatd', ['--home', this.#node.home.path])
    await delay(this.#random.int(START_MS))
    program.kill('SIGKILL')
    assert.equal((await program.ended()).signal, 'SIGKILL')
  }

  /** A last life that ends as it should; then the files are looked at without the daemon. */
  async rest(): Promise<void> {
    const node = this.#node
    await this.#start()
    this.book.checkAll(await node.history(0))
    node.program.kill('SIGTERM')
    assert.equal((await node.program.ended()).code, 0)
    const { storePath, dataDir, runtimeDir } = node.home.paths
    assert.deepEqual(inspected(storePath), { verdict: 'ok', lines: this.book.stored })
    assert.deepEqual(
      readdirSync(dataDir).filter((name) => /damaged|suspect/.test(name)),
      [],
    )
    assert.deepEqual(readdirSync(runtimeDir), [])
  }

  async #start(): Promise<void> {
    const startMs = performance.now()
    await this.#node.start()
    this.startsMs.push(performance.now() - startMs)
    this.book.readBack(await this.#node.history(this.book.lastSeq))
  }

  /** A peer that sends lines as fast as they are taken, as soon as the node listens. */
  async #flood(load: AsyncDisposableStack, life: Promise<unknown>): Promise<void> {
    let isOver = false
    void life.then(() => (isOver = true))
    const url = await this.#listenUrl(() => isOver)
    if (url === undefined) return
    try {
      const peer = load.use(await RawPeer.dial(url, loopbackHost()))
      await peer.greet('dialer')
      while (!isOver && !peer.isClosed) {
        for (let count = 0; count < 20; count += 1) peer.write(chatFrame(this.#nextText('peer')))
        await delay(5)
      }
    } catch (error) {
      if (!isOver) throw error
    }
  }

  async #listenUrl(isOver: () => boolean): Promise<string | undefined> {
    while (!isOver()) {
      const info = await this.#node.info().catch(() => undefined) // it is dead by now
      if (info?.listen[0] !== undefined) return info.listen[0]
      await delay(5)
    }
    return undefined
  }

  #nextText(from: string): string {
    this.#lines += 1
    const size = this.#random.int(40) === 0 ? 6_000 : this.#random.int(200)
    return this.book.sending(`${this.#name} ${from} ${this.#lines} ${'x'.repeat(size)}`)
  }
}
