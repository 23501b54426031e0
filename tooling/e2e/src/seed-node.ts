/** A lilith, and what tests ask of one. */
import { join } from 'node:path'
import type { SpawnInfo } from '@dchat/rpc'
import { loopbackHost } from './addresses.ts'
import type { DaemonNodeOptions } from './daemon-node.ts'
import { DaemonProcess, configText, prepared } from './daemon-process.ts'
import { until } from './until.ts'

export interface SeedNodeOptions {
  /** Magic bytes by network. @default one network, `e2e`, with those of dchatd */
  readonly networks?: Readonly<Record<string, readonly number[]>>
  /** Transports on which it listens for each network, at free ports. @default ['tcp'] */
  readonly schemes?: readonly string[]
  /** Whether its RPC listens on a free TCP port too, and takes line clients without a cookie there. @default false */
  readonly hasTcpRpc?: boolean
  /** Whether it takes its networks for those of this machine. @default true */
  readonly localnet?: boolean
  /** Where it listens for each network with each transport. @default a free port of an address of its own */
  readonly at?: { readonly host: string; readonly port: number }
  /** How its process is started, as of `DaemonNodeOptions`. @default {} */
  readonly program?: DaemonNodeOptions['program']
}

const MAGIC = [217, 239, 182, 125]

/** It tells a node to others as soon as it has probed it, and probes one every half second. */
export class SeedNode extends DaemonProcess {
  readonly #networks: readonly string[]

  /** Does not run yet. */
  constructor(options: SeedNodeOptions = {}) {
    const { networks = { e2e: MAGIC }, schemes = ['tcp'], hasTcpRpc = false, localnet = true, at } = options
    const listenUrl = (scheme: string): string => `${scheme}://${at?.host ?? loopbackHost()}:${at?.port ?? 0}`
    super('lilith', { ...options.program }, (home) => join(home.paths.runtimeDir, 'lilith.sock'))
    this.#networks = Object.keys(networks)
    const tables = Object.entries(networks).map(
      ([name, magic]) =>
        [
          `network."${name}"`,
          [
            `accept_addrs = ${JSON.stringify(schemes.map(listenUrl))}`,
            `magic_bytes = [${magic.join()}]`,
            `localnet = ${localnet}`,
            `hostlist = "${this.home.path}/${name}.tsv"`,
            `datastore = "${this.home.path}/${name}"`,
            'greylist_refinery_interval = 0.5',
          ],
        ] as const,
    )
    this.home.write(
      'lilith.toml',
      configText({
        rpc: hasTcpRpc ? ['rpc_listen = "tcp://127.0.0.1:0"', 'rpc_compat = true'] : ['rpc_listen = ""'],
        ...Object.fromEntries(tables),
      }),
    )
  }

  /** One that listens on all its networks. */
  static started(options: SeedNodeOptions = {}): Promise<SeedNode> {
    return prepared(new SeedNode(options), async (seed) => {
      await seed.start()
      for (const name of seed.#networks) await seed.url(name)
    })
  }

  /** What it says of a network, the first unless it is named. */
  async spawn(name: string = this.#networks[0]!): Promise<SpawnInfo> {
    const { spawns } = await this.client.call('spawns', [])
    return spawns.find((one) => one.name === name)!
  }

  /** Where it listens for the nodes of a network, with the real port: the first address, or that of a transport. */
  url(name?: string, scheme = ''): Promise<string> {
    return until('the seed listens', async () =>
      (await this.spawn(name)).urls.find((url) => !url.includes(':0/') && url.startsWith(scheme && `${scheme}://`)),
    )
  }
}
