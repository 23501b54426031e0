/** Seed nodes: one P2p a network, in one process. Source: docs/node.md, *Lilith's configuration*. */
import { HostColor, P2p, isNetError, sessionName } from '@dchat/net'
import type { DnetEvent, P2pDeps, Settings } from '@dchat/net'
import type { P2pInfo, SpawnInfo } from '@dchat/rpc'
import { silentLogger } from '@dchat/system'
import type { Unsubscribe } from '@dchat/system'
import { followNodeStages } from '@dchat/daemon'
import type { LilithNetwork } from './config.ts'
import { networkLogger } from './network-logger.ts'

/** A network that is served. */
interface Spawn {
  readonly name: string
  readonly p2p: P2p
}

export interface LilithOptions {
  readonly networks: readonly LilithNetwork[]
  readonly whitelistRefineryIntervalMs: number
}

/** What becomes of an error of a network's reload before it is thrown. */
export type RefusalOf = (error: unknown, network: string) => unknown

/** Lines of a network all have the field `network`. */
export class Lilith {
  readonly #spawns: readonly Spawn[]

  constructor(options: LilithOptions, deps: Partial<P2pDeps>) {
    const { networks, whitelistRefineryIntervalMs } = options
    this.#spawns = networks.map(({ name, settings }) => {
      const logger = networkLogger(deps.logger ?? silentLogger, name)
      const p2p = P2p.create({ ...settings, whitelistRefineryIntervalMs }, { ...deps, logger })
      followNodeStages(logger, p2p.events)
      return { name, p2p }
    })
  }

  /** Serves every network until `stop()`. @throws {NetError} of the first network that failed; the others are stopped then */
  async run(): Promise<void> {
    try {
      await Promise.all(this.#spawns.map(({ p2p }) => serve(p2p)))
    } finally {
      await this.stop()
    }
  }

  /**
   * Takes over the settings of every network, which have to be those there are.
   * @throws what `refusalOf` makes of NET_SETTINGS_INVALID, which names a setting that cannot change: all networks are as they
   * were then
   */
  async reload(options: LilithOptions, refusalOf: RefusalOf = (error) => error): Promise<void> {
    const changed: { p2p: P2p; before: Settings }[] = []
    for (const { name, p2p } of this.#spawns) {
      const network = options.networks.find((one) => one.name === name)
      if (network === undefined) throw new RangeError(`no settings for the network ${name}`)
      const before = { ...p2p.settings }
      try {
        await p2p.reload({ ...network.settings, whitelistRefineryIntervalMs: options.whitelistRefineryIntervalMs })
      } catch (error) {
        await Promise.all(changed.map((done) => done.p2p.reload(done.before)))
        throw refusalOf(error, name)
      }
      changed.push({ p2p, before })
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#spawns.map(({ p2p }) => p2p.stop()))
  }

  /** As the RPC method `spawns` tells it. */
  spawns(): { spawns: SpawnInfo[] } {
    return { spawns: this.#spawns.map(({ name, p2p }) => describe(name, p2p)) }
  }

  /** As the RPC method `p2p.get_info` tells it, of all networks: a seed has no outbound slots. */
  p2pInfo(): P2pInfo {
    const channels = this.#spawns.flatMap(({ p2p }) => p2p.connectedChannels)
    return {
      channels: channels.map(({ info }) => ({ url: info.url, session: sessionName(info.session), id: info.id })),
      outbound_slots: [],
    }
  }

  /** The node of each network, and its name. */
  get nodes(): { readonly p2p: P2p; readonly labels: { readonly network: string } }[] {
    return this.#spawns.map(({ name, p2p }) => ({ p2p, labels: { network: name } }))
  }

  /** One line for who asks how the seed is. */
  status(): string {
    const inbound = this.#spawns.reduce((sum, { p2p }) => sum + p2p.connectedChannels.length, 0)
    return `Serving ${this.#spawns.length} networks, ${inbound} connections`
  }

  /** How far the node of each network is. */
  nodeStates(): { network: string; state: string }[] {
    return this.#spawns.map(({ name, p2p }) => ({ network: name, state: p2p.state }))
  }

  /** Turns the network events of all networks on or off. */
  switchDnet(on: boolean): void {
    for (const { p2p } of this.#spawns) p2p.dnet.switch(on)
  }

  /** Hears the network events of all networks while they are on. */
  onDnetEvent(listener: (event: DnetEvent) => void): Unsubscribe {
    const ends = this.#spawns.map(({ p2p }) => p2p.dnet.subscribe(listener))
    return () => {
      for (const end of ends) end()
    }
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
