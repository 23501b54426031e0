/** Which connections a process holds at an address, and since when, as Linux tells: whoever is at the other end cannot deny it. */
import { readFileSync } from 'node:fs'

/** Remote ends, `host:port`, of connections that were accepted at one of `ports` and not closed by the process. */
export function heldAt(table: string, ports: ReadonlySet<number>): string[] {
  const held: string[] = []
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [, local = '', remote = '', state] = fields
    const [, localPort = ''] = local.split(':')
    // Without a number the process has closed it, or not taken it yet.
    const inode = fields[9]
    if (state === LISTENING || inode === undefined || inode === '0' || !ports.has(Number.parseInt(localPort, 16))) continue
    const [address = '', port = ''] = remote.split(':')
    held.push(`${hostOf(address)}:${Number.parseInt(port, 16)}`)
  }
  return held
}

const LISTENING = '0A'

/** The address as the table has it: 32 bits in the order of the machine, which is little-endian. */
function hostOf(hex: string): string {
  const bytes = hex.match(/../g) ?? []
  return bytes
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}

interface Sight {
  readonly firstMs: number
  lastMs: number
  isThere: boolean
}

/** Lives of connections, seen by looking often. What comes and goes between two looks is not seen. */
export class HeldConnections {
  readonly #table: string
  readonly #ports: ReadonlySet<number>
  readonly #sights = new Map<string, Sight>()

  constructor(pid: number, ports: Iterable<number>) {
    this.#table = `/proc/${pid}/net/tcp`
    this.#ports = new Set(ports)
  }

  look(nowMs: number): void {
    for (const sight of this.#sights.values()) sight.isThere = false
    for (const remote of heldAt(readFileSync(this.#table, 'latin1'), this.#ports)) {
      const known = this.#sights.get(remote)
      if (known === undefined) this.#sights.set(remote, { firstMs: nowMs, lastMs: nowMs, isThere: true })
      else {
        known.lastMs = nowMs
        known.isThere = true
      }
    }
  }

  /** How many were there at the last look. */
  countOf(isOurs: (host: string) => boolean): number {
    return this.#of(isOurs).filter(({ isThere }) => isThere).length
  }

  /** How many were seen, and the longest life among them, in ms. */
  livesOf(isOurs: (host: string) => boolean): { count: number; longestMs: number } {
    const sights = this.#of(isOurs)
    return { count: sights.length, longestMs: Math.max(0, ...sights.map(({ firstMs, lastMs }) => lastMs - firstMs)) }
  }

  #of(isOurs: (host: string) => boolean): Sight[] {
    return [...this.#sights].filter(([remote]) => isOurs(remote.slice(0, remote.lastIndexOf(':')))).map(([, sight]) => sight)
  }
}
