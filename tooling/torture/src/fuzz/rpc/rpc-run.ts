/** Sends inputs over one carrier, connection after connection, and holds each answer against what it has to be. */
import { WireClient } from '@dchat/e2e'
import type { Wire } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { expectedIds, judge } from './rpc-judge.ts'

export interface RpcRunOptions {
  readonly path: string
  readonly wire: Wire
  readonly random: Random
  /** The next input; none holds a line feed, so that each is one line. */
  readonly next: () => Buffer
  /** What the daemon has to say of a fault that is found. */
  readonly log: () => string
}

/** Inputs of one connection, and those sent at a time: fewer than are worked on at a time, so that a probe is answered at once. */
const INPUTS_PER_CONNECTION = 500
const INPUTS_AT_A_TIME = 50
/** Comes first: the first byte says what a connection speaks. It has to be answered, whatever came before. */
const PROBE = Buffer.from('{"jsonrpc":"2.0","id":"probe","method":"ping"}')

export class RpcRun {
  readonly #options: RpcRunOptions
  /** Answers that are owed, by the ids they carry. HTTP: in order, '' for one without a body. */
  readonly #owed = new Map<string, number>()
  #owedCount = 0
  #latest: readonly Buffer[] = []
  #fault: Error | undefined
  #wake: () => void = () => {}

  constructor(options: RpcRunOptions) {
    this.#options = options
  }

  /** @throws {Error} with the inputs among which something was answered that should not, or not answered */
  async run(inputs: number): Promise<void> {
    for (let sent = 0; sent < inputs; sent += INPUTS_PER_CONNECTION) {
      const { path, wire } = this.#options
      const client = await WireClient.connect(path, wire, (text) => this.#read(text))
      void client.closed.then(() => this.#fail('the connection ended'))
      for (let at = 0; at < INPUTS_PER_CONNECTION; at += INPUTS_AT_A_TIME) await this.#exchange(client)
      this.#wake = () => {}
      client.end()
      await client.closed
      this.#fault = undefined
    }
  }

  async #exchange(client: WireClient): Promise<void> {
    const { next, random } = this.#options
    const inputs = Array.from({ length: INPUTS_AT_A_TIME - 1 }, next)
    this.#latest = [PROBE, ...inputs]
    for (const input of this.#latest) this.#owe(input)
    const piece = random.int(4) === 0 ? 1 + random.int(40) : 65_536
    client.send(this.#latest, () => piece)
    await this.#settled()
  }

  /** Resolves once all that is owed was answered. */
  async #settled(): Promise<void> {
    const done = new Promise<void>((resolve) => (this.#wake = resolve))
    const late = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(() => reject(this.#error(`owed: ${[...this.#owed.keys()].join(' ')}`)), 30_000)
      void done.then(() => clearTimeout(timer))
    })
    if (this.#owedCount > 0 && this.#fault === undefined) await Promise.race([done, late])
    else this.#wake()
    if (this.#fault !== undefined) throw this.#fault
  }

  #owe(input: Buffer): void {
    const { silence, skipsBlanks } = this.#options.wire
    if (skipsBlanks && isBlank(input)) return
    const ids = expectedIds(input) ?? (silence === 'empty' ? '' : undefined)
    if (ids === undefined) return
    this.#owed.set(ids, (this.#owed.get(ids) ?? 0) + 1)
    this.#owedCount += 1
  }

  #read(text: string): void {
    const { ids, fault } = text === '' ? { ids: '', fault: undefined } : judge(text)
    if (fault !== undefined) this.#fail(`${fault}: ${text}`)
    if (ids === undefined) return // a notification
    const owed = this.#owed.get(ids)
    if (owed === undefined) return this.#fail(`nobody asked for ${ids}: ${text.slice(0, 1_000)}`)
    if (owed === 1) this.#owed.delete(ids)
    else this.#owed.set(ids, owed - 1)
    this.#owedCount -= 1
    if (this.#owedCount === 0) this.#wake()
  }

  #fail(what: string): void {
    this.#fault ??= this.#error(what)
    this.#wake()
  }

  #error(what: string): Error {
    return new Error(
      `${what}\n${this.#options.log()}\namong:\n${this.#latest.map((input) => JSON.stringify(input.toString('latin1'))).join('\n')}`,
    )
  }
}

/** A line of nothing is no request; its `\r` belongs to its end. */
function isBlank(input: Buffer): boolean {
  return /^[ \t]*\r?$/.test(input.toString('latin1'))
}
