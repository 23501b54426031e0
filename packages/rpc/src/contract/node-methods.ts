/** The node: peers, known hosts, bans, the program itself, and what the RPC says about itself. */
import { Array as List, Integer, Optional, Record, String, Unknown } from 'typebox/type'
import { DEFAULT_BAN_HOURS } from '../defaults.ts'
import { MAX_ADDRESS_CHARACTERS, MAX_BAN_HOURS, MAX_NAME_CHARACTERS } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_NODE_INFO } from './example-node-info.ts'
import { channelId, oneOf, yes } from './parts.ts'
import { HOST_COLORS, ban, host, nodeInfo } from './shapes.ts'

const BOTH = ['dchatd', 'lilith'] as const
const CHAT = ['dchatd'] as const

const address = { minLength: 1, maxLength: MAX_ADDRESS_CHARACTERS }
const banTarget = (description: string) => String({ ...address, description, examples: ['203.0.113.7'] })

export const NETWORK_METHODS = {
  'p2p.connect': defineMethod({
    summary: 'Connects to a peer; true once the handshake succeeded.',
    access: 'write',
    programs: CHAT,
    params: { url: String({ ...address, description: 'Address of the peer.', examples: ['tcp://host:port'] }) },
    result: yes,
    errors: ['connect_failed'],
    example: { params: { url: 'tcp://203.0.113.7:26662' }, result: true },
  }),
  'p2p.disconnect': defineMethod({
    summary: 'Closes a channel; true once it is closed. Its peer is not kept connected any more.',
    access: 'write',
    programs: CHAT,
    params: { channel: channelId('Its id, as `p2p.get_info` lists it.') },
    result: yes,
    errors: ['not_found'],
    example: { params: { channel: 7 }, result: true },
  }),
  'hosts.list': defineMethod({
    summary: 'The hosts this node knows, those seen last first.',
    access: 'read',
    programs: CHAT,
    since: '1.1.0',
    params: { color: Optional(oneOf(HOST_COLORS, { description: 'Only this list. All five without it.' })) },
    result: List(host, { description: 'One for each address.' }),
    example: {
      params: { color: 'gold' },
      result: [{ url: 'tcp+tls://203.0.113.7:26662/', last_seen: 1_795_687_200, color: 'gold' }],
    },
  }),
  'bans.list': defineMethod({
    summary: 'The bans that run, the one that ends last first.',
    access: 'read',
    programs: CHAT,
    since: '1.1.0',
    params: {},
    result: List(ban, { description: 'One for each target.' }),
    example: { params: {}, result: [{ target: '203.0.113.7', until: 1_795_773_600, count: 1, reason: 'operator' }] },
  }),
  'bans.add': defineMethod({
    summary: 'Bans a host, and closes its channels.',
    details:
      'It replaces a ban there is. Peers of the configuration and hosts of `never_ban` cannot be banned. A host on all its ports and ' +
      'schemes by its IP (IPv6: its /64 network) or name; one port of it by `host:port` or a URL.',
    access: 'write',
    programs: CHAT,
    since: '1.1.0',
    params: {
      target: banTarget('What to ban.'),
      hours: Optional(Integer({ minimum: 1, maximum: MAX_BAN_HOURS, default: DEFAULT_BAN_HOURS, description: 'For how long.' })),
    },
    result: yes,
    example: { params: { target: '203.0.113.7', hours: 48 }, result: true },
  }),
  'bans.remove': defineMethod({
    summary: 'Ends a ban and forgets its count.',
    access: 'write',
    programs: CHAT,
    since: '1.1.0',
    params: { target: banTarget('What is banned, as `bans.list` or the one who banned it wrote it.') },
    result: yes,
    errors: ['not_found'],
    example: { params: { target: '203.0.113.7' }, result: true },
  }),
}

export const NODE_METHODS = {
  'node.get_info': defineMethod({
    summary: 'What this node is and how it does.',
    access: 'read',
    programs: CHAT,
    params: {},
    result: nodeInfo,
    example: { params: {}, result: EXAMPLE_NODE_INFO },
  }),
  'node.metrics': defineMethod({
    summary: 'Figures about this program, as Prometheus reads them.',
    details: '`GET /metrics` is this method.',
    access: 'read',
    programs: BOTH,
    since: '1.1.0',
    params: {},
    result: String({ description: 'Text in the Prometheus exposition format.' }),
    example: {
      params: {},
      result: '# HELP dchat_peers Live channels.\n# TYPE dchat_peers gauge\ndchat_peers{session="outbound"} 3\n',
    },
  }),
  'node.stop': defineMethod({
    summary: 'Answers true, then stops the program cleanly.',
    access: 'write',
    programs: CHAT,
    params: {},
    result: yes,
    example: { params: {}, result: true },
  }),
  'log.set_level': defineMethod({
    summary: 'Sets what is logged, until the program ends or the configuration is read again.',
    access: 'write',
    programs: BOTH,
    since: '1.1.0',
    params: {
      level: oneOf(['error', 'warn', 'info', 'debug', 'trace'], { description: 'The least important lines that are logged.' }),
      module: Optional(oneOf(['net', 'rpc', 'store', 'chat'], { description: 'Only lines of this part. All without it.' })),
    },
    result: yes,
    example: { params: { level: 'debug', module: 'net' }, result: true },
  }),
}

export const RPC_METHODS = {
  'rpc.auth': defineMethod({
    summary: 'Shows the cookie or a token: the connection has its rights from then on, in place of those it had.',
    details:
      'What a client of raw lines over TCP does first. A connection that needs no secret answers true to any other, too, and changes ' +
      'nothing; so does HTTP, where each request shows its own. Open to everyone, and cannot be disabled.',
    access: 'read',
    programs: BOTH,
    params: { cookie: String({ maxLength: 256, description: 'What the cookie file holds, or a token.' }) },
    result: yes,
    canDisable: false,
    example: { params: { cookie: '0c93…' }, result: true },
  }),
  'rpc.discover': defineMethod({
    summary: 'The methods that this server offers and the caller may call, as an OpenRPC document.',
    access: 'read',
    programs: BOTH,
    since: '1.1.0',
    params: {},
    result: Record(String(), Unknown(), { description: 'An OpenRPC 1.3 document, see https://spec.open-rpc.org.' }),
    example: { params: {}, result: { openrpc: '1.3.2', info: { title: 'dchatd', version: '1.2.0' }, methods: [] } },
  }),
  help: defineMethod({
    summary: 'The methods that this server offers and the caller may call, or all about one of them, as text.',
    access: 'read',
    programs: BOTH,
    since: '1.1.0',
    params: { method: Optional(String({ maxLength: MAX_NAME_CHARACTERS, description: 'Its name.', examples: ['chat.send'] })) },
    result: String({ description: 'Text for people.' }),
    errors: ['not_found'],
    example: { params: { method: 'ping' }, result: 'ping\n\nAnswers "pong".\n' },
  }),
}
