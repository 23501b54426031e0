/** A dchatd, and what tests ask of one. */
import type { Message, MethodResult } from '@dchat/rpc'
import { loopbackHost } from './addresses.ts'
import { DaemonProcess, configText, prepared } from './daemon-process.ts'
import type { ConfigLines } from './daemon-process.ts'
import { Program } from './program.ts'
import type { Ending, ProgramOptions } from './program.ts'
import { until } from './until.ts'

export interface DaemonNodeOptions {
  /** Lines of its configuration by table, such as `{ net: ['peers = []'] }`; they are added to those every node has. */
  readonly config?: ConfigLines
  /** Whether it accepts connections, at a free port of an address of its own. @default true */
  readonly listens?: boolean
  /** The transport that it listens on and dials. @default 'tcp' */
  readonly scheme?: string
  /** Whether its RPC listens on a free TCP port too. @default false */
  readonly hasTcpRpc?: boolean
  /** Whether it does so in TLS. @default false */
  readonly hasTls?: boolean
  /** Further arguments. @default [] */
  readonly args?: readonly string[]
  /** Whether it takes its network for one of this machine. @default true */
  readonly localnet?: boolean
  /** How its process is started: what environment it has, and within what. @default {} */
  readonly program?: Pick<ProgramOptions, 'env' | 'within'>
}

export class DaemonNode extends DaemonProcess {
  /** Does not run yet. */
  constructor(options: DaemonNodeOptions = {}) {
    const { config = {}, listens = true, scheme = 'tcp', hasTcpRpc = false, hasTls = false, args = [] } = options
    super('dchatd', { ...options.program, args }, (home) => home.paths.socketPath)
    const url = `${scheme}://${loopbackHost()}:0`
    const profiles = scheme === 'tcp' ? [] : [`active_profiles = ["${scheme}"]`]
    const addresses = listens ? [`inbound = ["${url}"]`, `external_addrs = ["${url}"]`] : []
    this.home.write(
      'dchatd.toml',
      configText({
        ...config,
        net: [
          `localnet = ${options.localnet ?? true}`,
          'outbound_peer_discovery_attempt_time = 1',
          ...profiles,
          ...addresses,
          ...(config['net'] ?? []),
        ],
        ...(scheme === 'tcp' ? {} : { [`net.profiles."${scheme}"`]: [] }),
        rpc: [`rpc_listen = "${hasTcpRpc ? `${hasTls ? 'tcp+tls' : 'tcp'}://127.0.0.1:0` : ''}"`, ...(config['rpc'] ?? [])],
      }),
    )
  }

  /** One whose RPC answers. */
  static started(options: DaemonNodeOptions = {}): Promise<DaemonNode> {
    return prepared(new DaemonNode(options), (node) => node.start())
  }

  /** One in state `run`: it has asked its seeds, and listens. */
  static running(options: DaemonNodeOptions = {}): Promise<DaemonNode> {
    return prepared(new DaemonNode(options), async (node) => {
      await node.start()
      await node.reaches('run')
    })
  }

  /** Runs a command line of dchat-cli on its home, to the end. */
  cli(args: readonly string[], options: ProgramOptions = {}): Promise<Ending> {
    return Program.run('dchat-cli', ['--home', this.home.path, ...args], options)
  }

  info(): Promise<MethodResult<'node.get_info'>> {
    return this.client.call('node.get_info', [])
  }

  async reaches(state: string): Promise<void> {
    await until(`${this.program.name} reaches ${state}`, async () => (await this.info()).state === state, { timeoutMs: 40_000 })
  }

  /** The address it listens on for peers, with its real port. */
  url(): Promise<string> {
    return until(`${this.program.name} listens`, async () => (await this.info()).listen[0])
  }

  /** All that it has stored after `since`, in the order of storing. */
  async history(since = 0): Promise<Message[]> {
    const all: Message[] = []
    for (;;) {
      const { messages, more } = await this.client.call('chat.history', { since: all.at(-1)?.seq ?? since, limit: 1_000 })
      all.push(...messages)
      if (!more) return all
    }
  }

  /** Resolves with the message in which `text` stands, once it is stored. */
  stores(text: string): Promise<Message> {
    return until(`${this.program.name} stores "${text}"`, async () =>
      (await this.history()).find((message) => message.text.includes(text)),
    )
  }

  /** Channels that carry messages, of any session. */
  async peerCount(): Promise<number> {
    const { inbound, outbound, manual, direct } = (await this.info()).peers
    return inbound + outbound + manual + direct
  }

  async hasPeers(count: number): Promise<void> {
    await until(`${this.program.name} has ${count} peers`, async () => (await this.peerCount()) >= count)
  }
}
