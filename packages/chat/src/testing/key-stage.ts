/** A node with box keys in a real file, and another that it dials and repairs with: what the keys live by. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@dchat/net'
import { LocalNet } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { MemoryLogger, silentLogger } from '@dchat/system'
import { BoxKeys } from '../keys/box-keys.ts'
import { RelayStage } from './relay-stage.ts'
import { SkewedClock } from './skewed-clock.ts'

const HOUR = 3_600_000
/** Nobody is looked for: a day costs little. */
const QUIET: Partial<Settings> = { greylistRefineryIntervalMs: 24 * HOUR, whitelistRefineryIntervalMs: 24 * HOUR }

export interface KeyStageOptions {
  /** Whether the store of the node with the keys is a file among the others. @default false: in memory */
  readonly isStored?: boolean
  /** Whom it dials. @default the other node */
  readonly peers?: (net: LocalNet) => Promise<readonly string[]>
}

/** `await using` stops all of it and removes the files. */
export class KeyStage implements AsyncDisposable {
  readonly net = new LocalNet()
  readonly folder: string = mkdtempSync(join(tmpdir(), 'dchat-keys-'))
  /** Where the node keeps what it keeps. */
  readonly data: string = join(this.folder, 'data')
  readonly path: string = join(this.data, 'box-keys')
  /** That of the node with the keys. */
  readonly clock: SkewedClock = new SkewedClock(this.net.clock, 0)
  readonly logger = new MemoryLogger()
  readonly #options: KeyStageOptions
  #node: { readonly stage: RelayStage; readonly store: MessageStore; readonly keys: BoxKeys } | undefined
  #other: RelayStage | undefined
  #peers: readonly string[] = []

  private constructor(options: KeyStageOptions) {
    this.#options = options
    mkdirSync(this.data, { mode: 0o700 })
  }

  /** Both are made, and off the net; the keys are live. */
  static async open(options: KeyStageOptions = {}): Promise<KeyStage> {
    const stage = new KeyStage(options)
    const other = await RelayStage.open({ net: stage.net, settings: QUIET })
    stage.#other = other
    stage.#peers = (await options.peers?.(stage.net)) ?? [other.node.url]
    await stage.start()
    await stage.part()
    return stage
  }

  get stage(): RelayStage {
    return this.#node!.stage
  }

  get store(): MessageStore {
    return this.#node!.store
  }

  get keys(): BoxKeys {
    return this.#node!.keys
  }

  /** The node that is dialled. */
  get other(): RelayStage {
    return this.#other!
  }

  /** Public halves of the live keys in hex, newest first. */
  get live(): string[] {
    return this.keys.live().map(({ publicKey }) => publicKey.toString('hex'))
  }

  /** Private halves that stand in the file, in the order they were made. */
  get secrets(): { readonly secret: Buffer; readonly made: number }[] {
    const { entries } = JSON.parse(readFileSync(this.path, 'utf8')) as { entries: { secret: string; made: number }[] }
    return entries.map(({ secret, made }) => ({ secret: Buffer.from(secret, 'hex'), made }))
  }

  /** Starts the node with the keys, over what it has kept: of a store in memory what `stop` gave. */
  async start(kept?: MessageStore): Promise<void> {
    const { net, clock, data } = this
    const path = this.#options.isStored === true ? join(data, 'messages.db') : ':memory:'
    const store = kept ?? openStore({ path, clock, logger: silentLogger })
    const stage = await RelayStage.open({ net, store, settings: { ...QUIET, peers: [...this.#peers] }, deps: { clock } })
    const keys = this.newKeys(stage, store)
    this.#node = { stage, store, keys }
    await keys.start()
    await stage.settle()
  }

  /** Keys of the node, not started. */
  newKeys(stage: RelayStage, store: MessageStore, identity = stage.signer.key.toString('hex')): BoxKeys {
    const { path, clock, logger } = this
    return new BoxKeys(path, { store, posts: stage.posts, clock, logger, identity })
  }

  /** Stops the node with the keys. @returns its store, open, if it is in memory */
  async stop(): Promise<MessageStore | undefined> {
    const { stage, store, keys } = this.#node!
    await this.net.settle(stage.node.p2p.stop())
    await this.net.settle(stage.posts.stop())
    await keys.stop()
    this.#node = undefined
    if (this.#options.isStored !== true) return store
    await this.net.settle(store.close())
    return undefined
  }

  /** Takes both on the net, and waits until they have met and repaired. */
  async meet(): Promise<void> {
    const { other, stage, net } = this
    const before = stage.posts.historyCounts.finishedSessions
    other.posts.start()
    await net.run(other.node)
    if (stage.node.p2p.state !== 'run') await net.run(stage.node)
    await net.clock.runUntil(() => stage.posts.historyCounts.finishedSessions >= before + 2)
  }

  /** Takes both off the net: the keys live on, and a day costs little. */
  async part(): Promise<void> {
    await this.net.settle(this.other.node.p2p.stop())
    await this.net.settle(this.other.posts.stop())
    await this.net.settle(this.stage.node.p2p.stop())
  }

  /** Moves time, by hours at most: making a key takes real time, and is to be done within the hour it was due in. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= HOUR) {
      await this.net.clock.advance(Math.min(left, HOUR))
      await this.keys.idle()
    }
    await this.stage.settle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#node !== undefined) {
      const store = await this.stop()
      if (store !== undefined) await this.net.settle(store.close())
    }
    await this.#other?.[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true })
  }
}
