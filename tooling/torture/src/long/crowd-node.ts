/** A daemon of a long run: it stays, or it leaves and comes back, and what it holds is read on from where it was read last. */
import { readFileSync } from 'node:fs'
import { DaemonNode, loopbackHost } from '@dchat/e2e'
import { Holdings } from './post-ledger.ts'
import type { PostLedger } from './post-ledger.ts'

export interface CrowdNodeOptions {
  readonly number: number
  readonly seeds: readonly string[]
  readonly ledger: PostLedger
  /** Whether it is there all the time. */
  readonly stays: boolean
  /** Whether one can look into its heap. */
  readonly isWatched: boolean
}

/** The bounds of its log, tight, so that it is set aside often. */
export const LOG_BYTES = 1_048_576
export const LOG_FILES = 3
const LOG_FILE = 'state/dchatd.log'

/** A stop takes seconds; a busy machine takes its time. */
const STOP_MS = 60_000
const HISTORY_LINES = 1_000

export class CrowdNode implements AsyncDisposable {
  readonly number: number
  readonly stays: boolean
  readonly isWatched: boolean
  readonly node: DaemonNode
  /** As far as it was read. */
  readonly held: Holdings
  isUp = false
  starts = 0
  readonly #url: string

  constructor({ number, seeds, ledger, stays, isWatched }: CrowdNodeOptions) {
    this.number = number
    this.stays = stays
    this.isWatched = isWatched
    this.held = new Holdings(ledger)
    this.#url = `${number % 2 === 0 ? 'tcp' : 'tcp+tls'}://${loopbackHost()}:0`
    this.node = new DaemonNode({
      listens: false,
      program: { env: isWatched ? { NODE_OPTIONS: '--inspect=127.0.0.1:0' } : {} },
      config: {
        net: [
          `seeds = ${JSON.stringify(seeds)}`,
          'active_profiles = ["tcp", "tcp+tls"]',
          `inbound = ["${this.#url}"]`,
          `external_addrs = ["${this.#url}"]`,
        ],
        'net.profiles."tcp"': [],
        'net.profiles."tcp+tls"': [],
        chat: [`nick = "node${number}"`],
        log: [`file = "${LOG_FILE}"`, 'level = "debug"', `max_bytes = ${LOG_BYTES}`, `max_files = ${LOG_FILES}`],
      },
    })
  }

  /** Starts it. One of three keeps from then on the address that it got; others come back at another one, as phones do. */
  async start(): Promise<void> {
    await this.node.start()
    await this.node.info() // a client that says nothing at first is cut after seconds
    this.isUp = true
    this.starts += 1
    if (this.starts === 1 && this.number % 3 === 0) await this.#keepAddress()
  }

  /** @throws {Error} when a clean stop does not end with 0 */
  async leave(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.isUp = false
    const { program } = this.node
    program.kill(signal)
    const { code } = await program.ended(STOP_MS)
    await this.node.kill('SIGKILL') // it is gone: its client goes too
    if (signal === 'SIGTERM' && code !== 0)
      throw new Error(`node ${this.number} ended with ${code}: ${program.stderr.slice(-2_000)}`)
  }

  /** Reads what it has stored since the last time into `held`, or all of it into another one. */
  async read(held: Holdings = this.held): Promise<void> {
    for (;;) {
      const page = await this.node.client.call('chat.history', { since: held.lastSeq, limit: HISTORY_LINES })
      held.take(page.messages)
      if (!page.more) return
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.node[Symbol.asyncDispose]()
  }

  async #keepAddress(): Promise<void> {
    const url = (await this.node.url()).replace(/\/$/, '')
    const config = readFileSync(`${this.node.home.path}/dchatd.toml`, 'utf8')
    this.node.home.write('dchatd.toml', config.replaceAll(`"${this.#url}"`, `"${url}"`))
  }
}
