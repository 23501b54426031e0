/** Seed nodes: one P2p a network, in one process. Source: docs/node.md, *Lilith's configuration*. */
import { HostColor, P2p, isNetError } from '@dchat/net'
import type { P2pDeps } from '@dchat/net'
import type { SpawnInfo } from '@dchat/rpc'
import type { LilithNetwork } from './config.ts'

/** A network that is served. */
interface Spawn {
  readonly name: string
  readonly p2p: P2p
}

export interface LilithOptions {
  readonly networks: readonly LilithNetwork[]
  readonly whitelistRefineryIntervalMs: number
}

export class Lilith {
  readonly #spawns: readonly Spawn[]

  constructor(options: LilithOptions, deps: Partial<P2pDeps>) {
    const { networks, whitelistRefineryIntervalMs } = options
    this.#spawns = networks.map(({ name, settings }) => ({
      name,
      p2p: P2p.create({ ...settings, whitelistRefineryIntervalMs }, deps),
    }))
  }

  /** Serves every network until `stop()`. @throws {NetError} of the first network that failed; the others are stopped then */
  async run(): Promise<void> {
    try {
      await Promise.all(this.#spawns.map(({ p2p }) => serve(p2p)))
    } finally {
      await this.stop()
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#spawns.map(({ p2p }) => p2p.stop()))
  }

  /** As the RPC method `spawns` tells it. */
  spawns(): { spawns: SpawnInfo[] } {
    return { spawns: this.#spawns.map(({ name, p2p }) => describe(name, p2p)) }
  }
}

async function serve(p2p: P2p): Promise<void> {
  try {
    await p2p.start()
  } catch (error) {
    if (isNetError(error, 'NET_STOPPED')) return
    throw error
  }
  await p2p.run()
}

function describe(name: string, { listenUrls, settings, hosts }: P2p): SpawnInfo {
  const urls = (color: HostColor): string[] => hosts.container.entries(color).map(({ url }) => url)
  return {
    name,
    urls: listenUrls.length > 0 ? [...listenUrls] : [...settings.inbound],
    whitelist: urls(HostColor.White),
    greylist: urls(HostColor.Grey),
    goldlist: urls(HostColor.Gold),
  }
}
