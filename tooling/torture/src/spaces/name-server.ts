/** A DNS server in a space, and the programs that ask it and nobody else. */
import { fileURLToPath } from 'node:url'
import { TempHome } from '@dchat/e2e'
import type { NetSpace } from './net-space.ts'
import { SpaceProcess } from './space-process.ts'

const PROGRAM = fileURLToPath(new URL('name-server.py', import.meta.url))

/** How it takes questions. */
export type Mood = 'answer' | 'silent' | 'fail' | 'unknown'

export class NameServer implements AsyncDisposable {
  readonly #process: SpaceProcess
  readonly #folder: TempHome
  readonly #resolvFile: string

  private constructor(process: SpaceProcess, folder: TempHome, address: string) {
    this.#process = process
    this.#folder = folder
    this.#resolvFile = folder.write('resolv.conf', `nameserver ${address}\n`)
  }

  /** @param names addresses of each name, IPv4 or IPv6 @param at an address of the space, to listen at */
  static async start(
    space: NetSpace,
    names: Readonly<Record<string, readonly string[]>>,
    at: string = space.ipv4,
  ): Promise<NameServer> {
    const words = Object.entries(names).flatMap(([name, addresses]) => addresses.map((address) => `${name}=${address}`))
    const process = await SpaceProcess.start(space.name, ['python3', PROGRAM, at, ...words])
    return new NameServer(process, new TempHome(), at)
  }

  /** From the next question on. */
  setMood(mood: Mood): void {
    this.#process.tell(mood)
  }

  /** Starts a program that asks this server, before the words of the program: it sees another /etc/resolv.conf. */
  get within(): readonly string[] {
    const script = `mount --bind ${this.#resolvFile} /etc/resolv.conf && exec "$@"`
    return ['unshare', '--mount', 'sh', '-c', script, 'sh']
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}
