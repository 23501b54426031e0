/** A line server that stands in for dchatd: what each method answers is given by the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { RPC_VERSION, RpcError, dchatPaths } from '@dchat/rpc'
import type { Author, Message, NodeInfo } from '@dchat/rpc'

/** Answers a call, or throws an RpcError to answer with; a promise that never settles never answers. */
export type Handler = (params: Record<string, unknown>, connection: Socket) => unknown

export interface FakeDaemon extends AsyncDisposable {
  /** For `--home` or DCHAT_HOME. */
  readonly home: string
  /** Each call so far: method and params. */
  readonly calls: { method: string; params: unknown }[]
  /** Of the TCP listener, if there is one. */
  readonly port: number
  /** Ends all connections and takes no new ones. */
  stop(): Promise<void>
}

export interface FakeDaemonOptions {
  /** Listens on TCP instead of the Unix socket and takes only lines after `rpc.auth` with this. */
  readonly cookie?: string
  /** Listens in this home instead of one of its own. */
  readonly home?: string
}

export async function startFakeDaemon(handlers: Record<string, Handler>, options: FakeDaemonOptions = {}): Promise<FakeDaemon> {
  const temporary = options.home === undefined ? temporaryHome() : undefined
  const home = options.home ?? temporary!.home
  const paths = dchatPaths({ home, env: {} })
  mkdirSync(dirname(paths.socketPath), { recursive: true })
  const calls: { method: string; params: unknown }[] = []
  const connections = new Set<Socket>()
  const server = createServer((connection) => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
    connection.on('error', () => connection.destroy())
    serve(connection, { handlers, calls, cookie: options.cookie })
  })
  if (options.cookie === undefined) await listen(server, paths.socketPath)
  else {
    writeFileSync(paths.cookiePath, `${options.cookie}\n`)
    await listen(server, { host: '127.0.0.1', port: 0 })
  }
  const stop = async (): Promise<void> => {
    for (const connection of connections) connection.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    home,
    calls,
    port: options.cookie === undefined ? 0 : (server.address() as AddressInfo).port,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      temporary?.[Symbol.dispose]()
    },
  }
}

/** An empty home that is removed at the end of the scope. */
export function temporaryHome(): { readonly home: string } & Disposable {
  const home = mkdtempSync(join(tmpdir(), 'dchat-cli-'))
  return { home, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) }
}

interface Service {
  readonly handlers: Record<string, Handler>
  readonly calls: { method: string; params: unknown }[]
  readonly cookie: string | undefined
}

function serve(connection: Socket, { handlers, calls, cookie }: Service): void {
  let isAuthorized = cookie === undefined
  const lines = createInterface({ input: connection })
  lines.on('error', () => {}) // the connection's own, which ends it
  lines.on('line', (line) => {
    const { id, method, params } = JSON.parse(line) as { id: number; method: string; params: Record<string, unknown> }
    const answer = (fields: object): void => {
      if (connection.writable) connection.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...fields })}\r\n`)
    }
    const authorises = method === 'rpc.auth' && cookie !== undefined
    if (authorises) isAuthorized = params['cookie'] === cookie
    const handler: Handler | undefined = method === 'rpc.auth' ? () => true : handlers[method]
    if (!isAuthorized) {
      answer({ error: { code: -32001, message: 'unauthorized' } })
      return
    }
    if (!authorises) calls.push({ method, params })
    void respond(handler, { params, connection }).then(answer)
  })
}

interface Call {
  readonly params: Record<string, unknown>
  readonly connection: Socket
}

async function respond(handler: Handler | undefined, call: Call): Promise<object> {
  if (handler === undefined) return { error: { code: -32601, message: 'method not found' } }
  try {
    return { result: await handler(call.params, call.connection) }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    return { error: { code: error.code, message: error.message, data: error.data } }
  }
}

function listen(server: Server, where: string | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
}

/** Somebody of whom only what `with_` says is known. */
export function anAuthor(with_: Partial<Author> = {}): Author {
  return { key: null, nick: null, tag: null, held: false, from: null, verified: null, room_key: null, known_as: null, ...with_ }
}

/** A received line with this seq. */
export function message(seq: number, text: string, with_: Partial<Message> = {}): Message {
  const author = anAuthor({ from: 'tcp://10.0.0.1:26661' })
  const received = 1_795_000_000_000 + seq
  return {
    seq,
    id: null,
    room: 'dchat',
    kind: 'text',
    author,
    text,
    time: null,
    received,
    own: false,
    delivery: null,
    retracted: false,
    mention: false,
    encrypted: null,
    invitation: null,
    ...with_,
  }
}

/** What a daemon that runs with two peers says. */
export function nodeInfo(with_: Partial<NodeInfo> = {}): NodeInfo {
  return {
    name: 'dchatd',
    version: '0.1.0',
    commit: null,
    rpc_version: RPC_VERSION,
    protocol: { app_name: 'dchat', version: '0.1.2' },
    node_id: '',
    features: [],
    state: 'run',
    uptime_s: 61,
    listen: ['tcp://127.0.0.1:26661'],
    external_addrs: [],
    peers: { inbound: 1, outbound: 1, manual: 0, seed: 0, refine: 0, direct: 0 },
    hosts: { grey: 0, white: 0, gold: 0, black: 0, dark: 0 },
    bans: 0,
    key: null,
    nick: null,
    tag: null,
    sync: { state: 'idle', room: null, received: 0, expected: null, peers: 0 },
    warnings: [],
    store: { messages: 12, bytes: 2 ** 20, last_seq: 12, file_bytes: 2 ** 20 },
    ...with_,
  }
}

/** The handler of `chat.history` over `lines` (in order of storing), which may grow; it waits as the daemon does. */
export function history(lines: Message[], grown?: { wait: () => Promise<void> }): Handler {
  return async ({ since, limit = 50, wait_ms: waitMs }) => {
    const after = (): Message[] => lines.filter((line) => typeof since !== 'number' || line.seq > since)
    if (after().length === 0 && Number(waitMs ?? 0) > 0) await grown?.wait()
    const found = after()
    const messages = since === undefined ? found.slice(-Number(limit)) : found.slice(0, Number(limit))
    return { messages, more: messages.length < found.length, last_seq: lines.at(-1)?.seq ?? 0 }
  }
}
