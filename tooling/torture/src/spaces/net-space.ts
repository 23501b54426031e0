/** One host of a network of spaces: a network namespace with an interface of its own. */
import type { SlowCable } from './slow-cable.ts'
import { systemCommand } from './system-command.ts'

/** What a space is made of. */
export interface SpaceParts {
  /** Of its namespace. */
  readonly name: string
  /** Its port of the bridge. */
  readonly port: string
  /** The namespace of the bridge. */
  readonly bridgeName: string
  readonly ipv4: string | undefined
  readonly ipv6: string | undefined
  readonly cable: SlowCable | undefined
}

/** The interface of every space. */
export const DEVICE = 'eth0'

/** What one interface may have waiting at a low rate, above which frames are lost. */
const QUEUE_MS = 1_000
/** What may go at once at a low rate: one frame has to fit, and a turn of the timer. */
const BURST_BYTES = 16_384

export class NetSpace {
  readonly name: string
  readonly port: string
  readonly #parts: SpaceParts

  constructor(parts: SpaceParts) {
    this.#parts = parts
    this.name = parts.name
    this.port = parts.port
  }

  /** Its address. @throws {Error} when it was made without */
  get ipv4(): string {
    return given(this.#parts.ipv4, 'IPv4')
  }

  /** Its address, without brackets. @throws {Error} when it was made without */
  get ipv6(): string {
    return given(this.#parts.ipv6, 'IPv6')
  }

  /** The words that start a program in it, before those of the program; the process keeps its id. */
  get within(): readonly string[] {
    return ['ip', 'netns', 'exec', this.name]
  }

  /** Runs a command in it to its end. @returns its stdout */
  run(command: readonly string[], input?: string): Promise<string> {
    return systemCommand([...this.within, ...command], input)
  }

  /** Has it answer for every address of `block` too, such as `45.9.0.0/24`: programs may bind any of them. */
  async own(block: string): Promise<void> {
    await this.run(['ip', 'route', 'add', 'local', block, 'dev', 'lo'])
  }

  /** Unplugs it, or plugs it in again: its programs see that no network leads anywhere. */
  async setPlugged(isPlugged: boolean): Promise<void> {
    await this.run(['ip', 'link', 'set', DEVICE, isPlugged ? 'up' : 'down'])
  }

  /** Frames from and to it take so long from now on, each way. @throws {Error} unless it was made with a slow cable */
  setDelay(ms: number): void {
    if (this.#parts.cable === undefined) throw new Error(`${this.name} has no slow cable`)
    this.#parts.cable.setDelay(ms)
  }

  /** Bounds what it sends, and what it is sent; undefined for no bound. */
  async setRate(kbitPerSec: number | undefined): Promise<void> {
    for (const [space, device] of [
      [this.name, DEVICE],
      [this.#parts.bridgeName, this.port],
    ] as const) {
      const tc = ['ip', 'netns', 'exec', space, 'tc', 'qdisc']
      const bucket = ['tbf', 'rate', `${kbitPerSec}kbit`, 'burst', `${BURST_BYTES}b`, 'latency', `${QUEUE_MS}ms`]
      const rest = kbitPerSec === undefined ? ['del', 'dev', device, 'root'] : ['replace', 'dev', device, 'root', ...bucket]
      await systemCommand([...tc, ...rest])
    }
  }
}

function given(address: string | undefined, family: string): string {
  if (address === undefined) throw new Error(`the space has no ${family}`)
  return address
}
