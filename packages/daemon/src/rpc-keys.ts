/** The keys of `[rpc]` and of its tokens, the same for every daemon. What they do: packages/rpc-server. */
import { booleanKind, choiceKind, integerKind, listKind, optionalPathKind, pathKind, textKind } from '@dchat/config'
import type { ConfigSection, KeyTable, Parsed } from '@dchat/config'
import type { RpcAddress } from '@dchat/rpc'
import { parseHost, parseOrigin, parseRpcListen } from './values.ts'

export interface RpcValues {
  readonly rpc_listen: RpcAddress | undefined
  readonly rpc_disabled_methods: readonly string[]
  readonly rpc_compat: boolean
  readonly rpc_socket: string | undefined
  readonly rpc_socket_mode: '0600' | '0660'
  readonly allowed_hosts: readonly string[]
  readonly allowed_origins: readonly string[]
  readonly tls_cert: string | undefined
  readonly tls_key: string | undefined
  readonly allow_remote: boolean
  readonly rate_limit: number
  readonly max_connections: number
}

/** Requests a second; more than a server answers is a slip of the keyboard. */
const RATE = { unit: 'requests a second', min: 1, max: 1_000_000 }

const acceptName = (name: string): Parsed<string> => ({ value: name })

/** @param listen where the RPC of the program listens when nothing says otherwise @param socketName of its Unix socket */
export function rpcKeys({ listen, socketName }: { listen: string; socketName: string }): KeyTable<RpcValues> {
  return {
    rpc_listen: {
      kind: textKind('address', parseRpcListen),
      default: listen,
      text: 'Serves raw lines, HTTP and WebSocket to clients that have the cookie, a file that only you can read, or a token. `tcp://`, `tcp+tls://` or `unix://`; port 0 takes a free one; `""` for none',
      isShown: true,
      isLive: false,
      flag: {
        name: 'rpc-listen',
        kind: 'string',
        value: 'URL',
        canBeEmpty: true,
        help: 'Serve JSON-RPC on this address, "" for none',
      },
    },
    rpc_disabled_methods: {
      kind: listKind('list of names', acceptName),
      default: [],
      text: 'Methods that are answered as if they did not exist',
      isLive: true,
      flag: { name: 'rpc-disabled-methods', kind: 'list', value: 'NAME', help: 'Do not offer these methods' },
    },
    rpc_compat: {
      kind: booleanKind,
      default: false,
      text: 'Line clients need no cookie, as the old dchat-cli and dnet have none; loopback addresses only, anything else is an error',
      isLive: false,
    },
    rpc_socket: {
      kind: optionalPathKind,
      defaultDoc: `\`${socketName}\` in the runtime folder`,
      sample: `rpc_socket = "~/.${socketName}"`,
      text: 'Unix socket, at most 103 bytes long; `""` for none',
      isLive: false,
    },
    rpc_socket_mode: {
      kind: choiceKind('0600', '0660'),
      default: '0600',
      text: 'Who may use the socket: you alone, or your group too',
      isLive: false,
    },
    allowed_hosts: {
      kind: listKind('list of hosts', parseHost),
      default: [],
      text: 'Host headers let in over HTTP besides loopback addresses and `localhost`',
      isLive: true,
    },
    allowed_origins: {
      kind: listKind('list of origins', parseOrigin),
      default: [],
      text: 'Web pages let in, as `https://host:port`',
      isLive: true,
    },
    tls_cert: {
      kind: pathKind,
      sample: 'tls_cert = "~/dchat/rpc-cert.pem"',
      text: 'Certificate (PEM, with its chain) for `tcp+tls://` in `rpc_listen`. Without it one is made, and its fingerprint noted beside the cookie',
      startsGroup: true,
      isLive: true,
    },
    tls_key: {
      kind: pathKind,
      sample: 'tls_key = "~/dchat/rpc-key.pem"',
      text: 'Private key (PEM) of the certificate',
      isLive: true,
    },
    allow_remote: {
      kind: booleanKind,
      default: false,
      text: 'Lets other machines reach an address without TLS: cookie, tokens and messages travel unencrypted. For a private network, or a proxy that does the TLS',
      isLive: false,
    },
    rate_limit: {
      kind: integerKind(RATE),
      default: 100,
      text: 'What one token may ask; above it the answer is an error',
      startsGroup: true,
      isLive: true,
    },
    max_connections: {
      kind: integerKind({ min: 1, max: 10_000 }),
      default: 64,
      text: 'Connections of clients at a time',
      isLive: false,
    },
  }
}

export interface TokenValues {
  readonly name: string | undefined
  readonly hash: string | undefined
  readonly hash_file: string | undefined
  readonly methods: readonly string[] | undefined
  readonly rate_limit: number | undefined
}

/** Of a table `[[rpc.token]]`. */
export const TOKEN_KEYS: KeyTable<TokenValues> = {
  name: {
    kind: textKind('name', parseTokenName),
    defaultDoc: 'must be set',
    text: 'What the log calls it; letters, digits, `.`, `_` and `-`',
    isLive: true,
  },
  hash: {
    kind: textKind('`"sha256:…"`', parseHash),
    text: 'The SHA-256 of the token, as `dchatd token` prints it; the token itself stands nowhere',
    isLive: true,
    isSecret: true,
  },
  hash_file: {
    kind: pathKind,
    text: 'A file that holds the hash, in its place',
    isLive: true,
  },
  methods: {
    kind: listKind('list of names', parsePattern),
    defaultDoc: 'must be set',
    text: 'What it may ask: names, `prefix.*`, `*` for everything, `readonly` for every method that changes nothing',
    isLive: true,
  },
  rate_limit: {
    kind: integerKind(RATE),
    defaultDoc: '`rate_limit` of `[rpc]`',
    text: 'What it may ask at most',
    isLive: true,
  },
}

/** `[[rpc.token]]` for a program whose RPC has tokens. */
export const TOKEN_SECTION: ConfigSection = {
  path: ['rpc', 'token'],
  title: '[[rpc.token]]',
  isList: true,
  text: 'Tokens for programs that may do a part of it all, or come from elsewhere. `dchatd token NAME --methods LIST` makes one',
  examples: [
    '[[rpc.token]]',
    'name = "monitor"',
    'hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    'methods = ["readonly"]',
  ],
  keys: TOKEN_KEYS,
}

function parseTokenName(name: string): Parsed<string> {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(name)) return { value: name }
  return { reason: 'must have 1 to 64 letters, digits, ".", "_" or "-"' }
}

/** Of `sha256:` and 64 hex digits the digits, in lower case. */
export function parseHash(hash: string): Parsed<string> {
  const digits = /^sha256:([0-9a-f]{64})$/i.exec(hash)?.[1]
  const hint = '"dchatd token" prints a token and its hash'
  return digits === undefined ? { reason: 'must be "sha256:" and 64 hex digits', hint } : { value: digits.toLowerCase() }
}

/** What a method list may hold: a name, `prefix.*`, `*` or `readonly`. */
function parsePattern(pattern: string): Parsed<string> {
  if (/^(?:\*|[a-z0-9_]+(?:\.[a-z0-9_]+)*(?:\.\*)?)$/.test(pattern)) return { value: pattern }
  return { reason: `"${pattern}" is no method`, hint: 'write a name, "prefix.*", "*" or "readonly"' }
}
