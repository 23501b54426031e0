/** All that came over one connection, judged as a node of the reference does. Wire: docs/wire.md, *Frame* and *Metering*. */
import { COMMAND_RULES, METERING_EXPIRY_MS, SCORE_MAX, Undecodable, readPayload } from './reference-rules.ts'
import type { CommandRule, Verdict } from './reference-rules.ts'

export interface JudgedStreamOptions {
  /** Whether the judge dialled: then it bans for wrong magic too. */
  readonly isDialler: boolean
  /** Monotonic, in ms. */
  readonly nowMs: () => number
  /** A frame that is as it has to be. */
  readonly onFrame: (command: string, payload: Buffer) => void
}

type Header =
  | { readonly at: 'magic' | 'command' }
  | { readonly at: 'length'; readonly command: string; readonly rule: CommandRule }
  | { readonly at: 'payload'; readonly command: string; readonly rule: CommandRule; readonly length: number }

const MAGIC = Buffer.of(0xd9, 0xef, 0xb6, 0x7d)
const UTF8 = new TextDecoder('utf-8', { fatal: true })

export class JudgedStream {
  readonly #options: JudgedStreamOptions
  #header: Header = { at: 'magic' }
  #bytes: Buffer = Buffer.alloc(0)
  /** When scores came, oldest first. */
  #scores: { readonly atMs: number; readonly score: number }[] = []
  #verdict: Verdict | undefined

  constructor(options: JudgedStreamOptions) {
    this.#options = options
  }

  /** The first offence; nothing after it is looked at. */
  get verdict(): Verdict | undefined {
    return this.#verdict
  }

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    while (this.#verdict === undefined && this.#step());
  }

  /** The connection is gone, however. It is a ban from the command of a frame on to its last byte. */
  end(): void {
    const { at } = this.#header
    if (at === 'length' || at === 'payload') this.#judge('ban', `the end came inside a frame, at its ${at}`)
  }

  #judge(does: Verdict['does'], why: string): false {
    this.#verdict ??= { does, why }
    return false
  }

  #take(length: number): Buffer | undefined {
    if (this.#bytes.length < length) return undefined
    const taken = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    return taken
  }

  /** Reads the next part of a frame. @returns false when it is not there yet, or is the last one that is read */
  #step(): boolean {
    const header = this.#header
    switch (header.at) {
      case 'magic':
        return this.#readMagic()
      case 'command':
        return this.#readCommand()
      case 'length':
        return this.#readLength(header)
      case 'payload':
        return this.#readPayload(header)
    }
  }

  #readMagic(): boolean {
    const magic = this.#take(MAGIC.length)
    if (magic === undefined) return false
    if (!magic.equals(MAGIC)) return this.#judge(this.#options.isDialler ? 'ban' : 'close', `magic ${magic.toString('hex')}`)
    this.#header = { at: 'command' }
    return true
  }

  #readCommand(): boolean {
    const length = this.#bytes[0]
    if (length === undefined) return false
    if (length > 0xfc && length !== 0xfd) return this.#judge('ban', 'a command of more than 255 bytes')
    if (length === 0xfd) return this.#judge('ban', 'a command of more than 252 bytes: we have none')
    const bytes = this.#take(1 + length)?.subarray(1)
    if (bytes === undefined) return false
    let command: string
    try {
      command = UTF8.decode(bytes)
    } catch {
      return this.#judge('close', `command ${bytes.toString('hex')}`)
    }
    const rule = COMMAND_RULES.get(command)
    if (rule === undefined) return this.#judge('ban', `unknown command ${command}`)
    this.#header = { at: 'length', command, rule }
    return true
  }

  #readLength({ command, rule }: Extract<Header, { at: 'length' }>): boolean {
    const first = this.#bytes[0]
    if (first === undefined) return false
    const width = { 0xfd: 2, 0xfe: 4, 0xff: 8 }[first] ?? 0
    const bytes = this.#take(1 + width)
    if (bytes === undefined) return false
    if (width === 8) return this.#judge('ban', `a payload of 2^32 bytes and more for ${command}`)
    const length = width === 0 ? first : bytes.readUIntLE(1, width)
    if (length > rule.maxBytes) return this.#judge('ban', `${command} of ${length} bytes`)
    this.#header = { at: 'payload', command, rule, length }
    return true
  }

  #readPayload({ command, rule, length }: Extract<Header, { at: 'payload' }>): boolean {
    const payload = this.#take(length)
    if (payload === undefined) return false
    this.#header = { at: 'magic' }
    try {
      readPayload(rule, payload)
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error
      return this.#judge('ban', `${command}: ${error.message}`)
    }
    if (this.#isFlood(rule.score))
      return this.#judge('ban', `more than ${SCORE_MAX} control messages in ${METERING_EXPIRY_MS} ms`)
    this.#options.onFrame(command, payload)
    return true
  }

  #isFlood(score: number): boolean {
    if (score === 0) return false
    const nowMs = this.#options.nowMs()
    this.#scores = [...this.#scores.filter(({ atMs }) => nowMs - atMs < METERING_EXPIRY_MS), { atMs: nowMs, score }]
    return this.#scores.reduce((sum, each) => sum + each.score, 0) > SCORE_MAX
  }
}
