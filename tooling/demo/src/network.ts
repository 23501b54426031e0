/** A seed and three nodes on this machine, in a folder of their own that is removed afterwards. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dchatPaths } from '@dchat/rpc'
import type { RpcClient } from '@dchat/rpc'
import { BackgroundProgram, pause } from './programs.ts'

export interface DemoNode {
  readonly nick: string
  readonly home: string
  readonly client: RpcClient
}

/** How long the nodes may take to find each other through the seed. */
const MEETING_MS = 60_000

export class DemoNetwork implements AsyncDisposable {
  readonly nodes: DemoNode[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'dchat-demo-'))
  readonly #programs: BackgroundProgram[] = []

  /** Starts all; resolves when every node is connected with both others. @throws {Error} when one cannot */
  async start(nicks: readonly string[], tell: (line: string) => void): Promise<void> {
    const seedUrl = await this.#startSeed()
    tell(`The seed node listens on ${seedUrl}`)
    for (const nick of nicks) this.nodes.push(await this.#startNode(nick, seedUrl))
    tell(`${nicks.length} nodes run; they know nothing but the seed and look for each other …`)
    await this.#meet()
    tell('They found each other.')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map(({ client }) => client.close()))
    await Promise.all(this.#programs.map((program) => program.stop()))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #startSeed(): Promise<string> {
    const home = join(this.#folder, 'seed')
    writeConfig(home, 'lilith.toml', [
      '[rpc]',
      'rpc_listen = ""',
      '[network."demo"]',
      'accept_addrs = ["tcp://127.0.0.1:0"]',
      'magic_bytes = [217, 239, 182, 125]',
      'localnet = true',
      `hostlist = ${JSON.stringify(join(home, 'hostlist.tsv'))}`,
      `datastore = ${JSON.stringify(home)}`,
      '# A node is told to others once the seed has tried it: twice a second here instead of every 15 s.',
      'greylist_refinery_interval = 0.5',
    ])
    const seed = new BackgroundProgram('lilith', ['--home', home], 'the seed node')
    this.#programs.push(seed)
    const client = await seed.connect(join(dchatPaths({ home }).runtimeDir, 'lilith.sock'))
    try {
      for (;;) {
        const url = (await client.call('spawns', [])).spawns[0]?.urls[0]
        if (url !== undefined && !url.includes(':0/')) return url
        await pause(20)
      }
    } finally {
      await client.close()
    }
  }

  async #startNode(nick: string, seedUrl: string): Promise<DemoNode> {
    const home = join(this.#folder, nick)
    writeConfig(home, 'dchatd.toml', [
      '[rpc]',
      'rpc_listen = ""',
      '[net]',
      'inbound = ["tcp://127.0.0.1:0"]',
      'external_addrs = ["tcp://127.0.0.1:0"]',
      `seeds = [${JSON.stringify(seedUrl)}]`,
      'localnet = true',
      'outbound_connections = 2',
      'outbound_peer_discovery_attempt_time = 1',
      '[chat]',
      `nick = ${JSON.stringify(nick)}`,
    ])
    const node = new BackgroundProgram('dchatd', ['--home', home], `${nick}'s node`)
    this.#programs.push(node)
    return { nick, home, client: await node.connect(dchatPaths({ home }).socketPath) }
  }

  async #meet(): Promise<void> {
    const endMs = performance.now() + MEETING_MS
    for (const { client, nick } of this.nodes) {
      for (;;) {
        const { peers, external_addrs } = await client.call('node.get_info', [])
        if (peers.outbound >= this.nodes.length - 1) break
        if (performance.now() > endMs)
          throw new Error(`${nick} (${external_addrs.join()}) has not found the others after ${MEETING_MS / 1000} s`)
        await pause(100)
      }
    }
  }
}

function writeConfig(home: string, name: string, lines: readonly string[]): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(join(home, name), `${lines.join('\n')}\n`, { mode: 0o600 })
}
