/** A dchatd with a home of its own that survives its process: it can be stopped, killed and started again. */
import type { Message, MethodResult, RpcClient } from '@dchat/rpc'
import { loopbackHost } from './addresses.ts'
import { connectSocket } from './connect-socket.ts'
import { Program } from './program.ts'
import { TempHome } from './temp-home.ts'
import { until } from './until.ts'

export interface DaemonNodeOptions {
  /** Lines of its configuration by table, such as `{ net: ['localnet = true'] }`; they are added to those every node has. */
  readonly config?: Readonly<Record<string, readonly string[]>>
  /** Whether it accepts connections, at a free port of an address of its own. @default true */
  readonly listens?: boolean
  /** Whether its RPC listens on a free TCP port too. @default false */
  readonly hasTcpRpc?: boolean
  /** Further arguments. @default [] */
  readonly args?: readonly string[]
}

export class DaemonNode implements AsyncDisposable {
  readonly home: TempHome = new TempHome()
  readonly #args: readonly string[]
  #program: Program | undefined
  #client: RpcClient | undefined

  /** A node that does not run yet. */
  constructor(options: DaemonNodeOptions = {}) {
    const { config = {}, listens = true, hasTcpRpc = false, args = [] } = options
    const url = `tcp://${loopbackHost()}:0`
    const tables: Record<string, readonly string[]> = {
      ...config,
      net: [
        'localnet = true',
        'outbound_peer_discovery_attempt_time = 1',
        ...(listens ? [`inbound = ["${url}"]`, `external_addrs = ["${url}"]`] : []),
        ...(config['net'] ?? []),
      ],
      rpc: [`rpc_listen = "${hasTcpRpc ? 'tcp://127.0.0.1:0' : ''}"`, ...(config['rpc'] ?? [])],
    }
    this.home.write('dchatd.toml', Object.entries(tables).map(([name, lines]) => [`[${name}]`, ...lines, ''].join('\n')).join('\n'))
    this.#args = ['--home', this.home.path, ...args]
  }

  /** A node whose RPC answers; `run` says whether it has asked its seeds and listens. */
  static async started(options: DaemonNodeOptions = {}): Promise<DaemonNode> {
    const node = new DaemonNode(options)
    try {
      await node.start()
    } catch (error) {
      await node[Symbol.asyncDispose]()
      throw error
    }
    return node
  }

  /** A node in state `run`: it has asked its seeds, and listens. */
  static async running(options: DaemonNodeOptions = {}): Promise<DaemonNode> {
    const node = await DaemonNode.started(options)
    try {
      await node.reaches('run')
    } catch (error) {
      await node[Symbol.asyncDispose]()
      throw error
    }
    return node
  }

  get program(): Program {
    if (this.#program === undefined) throw new Error('the node does not run')
    return this.#program
  }

  /** A client on its Unix socket. */
  get client(): RpcClient {
    if (this.#client === undefined) throw new Error('the node does not run')
    return this.#client
  }

  /** Starts the program and connects a client. @throws {Error} with its last words when it ends, or does not answer */
  async start(): Promise<void> {
    const program = new Program('dchatd', this.#args)
    this.#program = program
    this.#client = await until(`${program.name} answers`, () => {
      if (program.ending !== undefined) throw new Error(`${program.name} ended: ${JSON.stringify(program.ending)}`)
      return connectSocket(this.home.paths.socketPath)
    })
  }

  info(): Promise<MethodResult<'node.get_info'>> {
    return this.client.call('node.get_info', [])
  }

  async reaches(state: string): Promise<void> {
    await until(`${this.program.name} reaches ${state}`, async () => (await this.info()).state === state, { timeoutMs: 40_000 })
  }

  /** The address it listens on for peers, with its real port. */
  async url(): Promise<string> {
    return until(`${this.program.name} listens`, async () => (await this.info()).listen[0])
  }

  /** Where its RPC listens on TCP, as its log says. @throws {Error} when it does not */
  async rpcPort(): Promise<number> {
    await this.program.says('RPC listens', 'stderr')
    const port = /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(this.program.stderr)?.[1]
    if (port === undefined) throw new Error(`no port in: ${this.program.stderr}`)
    return Number(port)
  }

  /** All that it has stored, oldest first. */
  async history(): Promise<Message[]> {
    const all: Message[] = []
    for (;;) {
      const { messages, more } = await this.client.call('chat.history', { since: all.at(-1)?.seq ?? 0, limit: 1_000 })
      all.push(...messages)
      if (!more) return all
    }
  }

  /** Resolves with the message in which `text` stands, once it is stored. */
  async stores(text: string): Promise<Message> {
    return until(`${this.program.name} stores "${text}"`, async () => (await this.history()).find((message) => message.text.includes(text)))
  }

  /** Channels to peers, of any session that carries messages. */
  async peerCount(): Promise<number> {
    const { inbound, outbound, manual, direct } = (await this.info()).peers
    return inbound + outbound + manual + direct
  }

  async hasPeers(count: number): Promise<void> {
    await until(`${this.program.name} has ${count} peers`, async () => (await this.peerCount()) >= count)
  }

  /** Ends the process by a signal; the home stays. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    await this.#client?.close()
    this.program.kill(signal)
    await this.program.ended()
    this.#client = undefined
    this.#program = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.close()
    await this.#program?.[Symbol.asyncDispose]()
    this.home[Symbol.dispose]()
  }
}
