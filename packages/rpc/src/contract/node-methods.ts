/** The program itself, and what the RPC says about itself. */
import { Optional, Record, String, Unknown } from 'typebox/type'
import { MAX_NAME_CHARACTERS } from '../limits.ts'
import { defineMethod } from './define.ts'
import { EXAMPLE_NODE_INFO } from './example-node-info.ts'
import { oneOf, yes } from './parts.ts'
import { nodeInfo } from './shapes.ts'

const BOTH = ['dchatd', 'lilith'] as const
const CHAT = ['dchatd'] as const

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
