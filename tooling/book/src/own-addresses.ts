/**
 * The book says `127.0.0.1:26661` where its reader types that; a run of it has an address of its own for each, at a free port, so that any
 * number of runs can go on at once, and a ban of one node says nothing of another.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { loopbackHost } from '@dchat/e2e'

const ADDRESS = /127\.0\.0\.1:([1-9]\d*)/g

export class OwnAddresses {
  readonly #byPort: ReadonlyMap<string, string>

  private constructor(byPort: ReadonlyMap<string, string>) {
    this.#byPort = byPort
  }

  /** @param texts all that the addresses stand in */
  static async for(texts: readonly string[]): Promise<OwnAddresses> {
    const ports = new Set(texts.flatMap((text) => Array.from(text.matchAll(ADDRESS), ([, port]) => port!)))
    const pairs = Array.from(ports, async (port) => [port, await freeAddress()] as const)
    return new OwnAddresses(new Map(await Promise.all(pairs)))
  }

  /** `text` with the addresses of this run. */
  in(text: string): string {
    return text.replace(ADDRESS, (_, port: string) => this.#byPort.get(port)!)
  }
}

/** Nobody else takes a port of an address that nobody else uses: it is still free when it is listened on later. */
async function freeAddress(): Promise<string> {
  const host = loopbackHost()
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `${host}:${port}`
}
