/** A daemon that is killed often, under load, and what it promised meanwhile. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '@dchat/system'
import { DaemonNode, Program, RawPeer, chatFrame, loopbackHost } from '@dchat/e2e'
import { LineBook } from './line-book.ts'
import { Follower, Sender } from './load.ts'

/** How long a daemon lives under load. Source: docs/decisions/0015-what-the-daemon-is-tried-with.md. */
const LIFE_MS = { least: 10, most: 500 }
/** Every so many cycles all that is stored is read again. */
const THOROUGH_CYCLES = 20
/** A start takes 170 ms or more. */
const START_MS = 300

/** A daemon that dies often, and its book. */
export class MortalDaemon {
  readonly book: LineBook = new LineBook()
  readonly #node: DaemonNode
  readonly #random: Random
  readonly #name: string
  #lines = 0

  constructor(node: DaemonNode, name: string, random: Random) {
    this.#node = node
    this.#name = name
    this.#random = random
  }

  /** One life: what the last one left is checked, then load until the end. */
  async live(cycle: number): Promise<void> {
    const node = this.#node
    await node.start()
    this.book.readBack(await this.#node.history(this.book.lastSeq))
    if (cycle % THOROUGH_CYCLES === 0) this.book.checkAll(await this.#node.history(0))
    assert.deepEqual(this.book.faults, [], `after kill ${cycle}`)

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

  /** A last life that ends as it should; then the file is looked at without the daemon. */
  async rest(): Promise<void> {
    const node = this.#node
    await node.start()
    this.book.readBack(await this.#node.history(this.book.lastSeq))
    this.book.checkAll(await this.#node.history(0))
    assert.deepEqual(this.book.faults, [])
    node.program.kill('SIGTERM')
    assert.equal((await node.program.ended()).code, 0)
    const { storePath, dataDir, runtimeDir } = node.home.paths
    const db = new DatabaseSync(storePath, { readOnly: true })
    assert.equal(db.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
    assert.equal(db.prepare('SELECT count(*) AS lines FROM messages').get()?.['lines'], this.book.stored)
    db.close()
    assert.deepEqual(
      readdirSync(dataDir).filter((name) => name.includes('damaged') || name.includes('suspect')),
      [],
    )
    assert.deepEqual(readdirSync(runtimeDir), [])
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
