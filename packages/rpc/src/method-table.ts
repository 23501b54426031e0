/**
 * Every method: a line of help, its parameters in the order of a call by position, and its result. The schemas here and the
 * interfaces of `types.ts` say the same; where they differ, this file does not compile.
 */
import { Array as List, Boolean, Integer, Literal, Null, Object as Fields, Optional, String, Union } from 'typebox/type'
import type { Static, TObject, TProperties, TSchema } from 'typebox'
import type { MethodSpec } from './method-spec.ts'
import type { MethodName, MethodParams, MethodResult, NoParams } from './types.ts'

const closed = { additionalProperties: false } as const
const yes = Literal(true)
const count = Integer({ minimum: 0 })
const seq = Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'a whole number, a "seq" or 0' })
const channelId = Integer({ minimum: 0, maximum: 4_294_967_295, description: 'an id that p2p.get_info lists' })
const room = String({ minLength: 1, maxLength: 128, description: 'a string of 1 to 128 characters' })
const nullable = <T extends TSchema>(schema: T) => Union([schema, Null()])
const strings = List(String())

const delivery = Fields(
  {
    state: Union([Literal('stored'), Literal('sent'), Literal('held'), Literal('failed')]),
    written: count,
    held: count,
  },
  closed,
)

const message = Fields(
  {
    seq,
    id: nullable(String()),
    room: String(),
    kind: Union([Literal('text'), Literal('action'), Literal('topic'), Literal('system')]),
    author: Fields(
      { key: nullable(String()), nick: nullable(String()), tag: nullable(String()), from: nullable(String()) },
      closed,
    ),
    text: String(),
    time: nullable(Integer()),
    received: Integer(),
    own: Boolean(),
    delivery: nullable(delivery),
  },
  closed,
)

const session = Union([
  Literal('inbound'),
  Literal('outbound'),
  Literal('manual'),
  Literal('seed'),
  Literal('refine'),
  Literal('direct'),
])

const nodeInfo = Fields(
  {
    name: String(),
    version: String(),
    rpc_version: String(),
    protocol: Fields({ app_name: String(), version: String() }, closed),
    features: strings,
    state: String(),
    uptime_s: count,
    listen: strings,
    external_addrs: strings,
    peers: Fields({ inbound: count, outbound: count, manual: count, seed: count, refine: count, direct: count }, closed),
    key: nullable(String()),
    nick: nullable(String()),
    store: Fields({ messages: count, bytes: count }, closed),
  },
  closed,
)

const spawn = Fields({ name: String(), urls: strings, whitelist: strings, greylist: strings, goldlist: strings }, closed)

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never
/** Parameters by name as the interfaces have them: methods without any take an empty array too. */
type ByName<M extends MethodName> = MethodParams<M> extends NoParams ? {} : MethodParams<M>

interface Definition<P extends TProperties, R extends TSchema> {
  doc: string
  params: P
  result: R
  /** @default true */
  canDisable?: boolean
}

function define<M extends MethodName, P extends TProperties, R extends TSchema>(
  name: M,
  definition: Definition<P, R> & { params: Same<Static<TObject<P>>, ByName<M>>; result: Same<Static<R>, MethodResult<M>> },
): MethodSpec {
  const { doc, params, result, canDisable = true } = definition
  return { name, doc, params: Fields(params, closed) as TObject, order: globalThis.Object.keys(params), result, canDisable }
}

/** Keys have no special members: looking up `constructor` or `__proto__` finds nothing. */
export const METHODS: ReadonlyMap<string, MethodSpec> = new Map(
  [
    define('ping', { doc: 'Answers "pong".', params: {}, result: Literal('pong') }),
    define('send', {
      doc: 'Sends a line of at most 65,536 bytes to the room dchat; true once it is stored.',
      params: { text: String({ description: 'a string of at most 65,536 bytes' }) },
      result: yes,
    }),
    define('recv', {
      doc: 'Texts received from others, oldest first: the newest 10,000 or 8 MiB.',
      params: {},
      result: strings,
    }),
    define('p2p.get_info', {
      doc: 'Live channels, and the channel id in each outbound slot (0: empty).',
      params: {},
      result: Fields(
        { channels: List(Fields({ url: String(), session, id: channelId }, closed)), outbound_slots: List(channelId) },
        closed,
      ),
    }),
    define('dnet.switch', {
      doc: 'Turns network events on or off.',
      params: { on: Boolean({ description: 'true or false' }) },
      result: yes,
    }),
    define('dnet.subscribe_events', {
      doc: 'Sends network events as notifications of this name with params [{event, info}]. Gives a subscription id.',
      params: {},
      result: String(),
    }),
    define('spawns', {
      doc: 'Networks of a seed node and their hosts.',
      params: {},
      result: Fields({ spawns: List(spawn) }, closed),
    }),
    define('rpc.auth', {
      doc: 'Authorises a raw line connection over TCP; elsewhere it answers true and changes nothing.',
      params: { cookie: String({ maxLength: 256 }) },
      result: yes,
      canDisable: false,
    }),
    define('chat.send', {
      doc: 'Stores a line durably, then sends it; gives it as stored.',
      params: {
        text: String({ minLength: 1, description: 'a string of 1 to 65,536 bytes' }),
        room: Optional(room),
        kind: Optional(Union([Literal('text'), Literal('action')], { description: '"text" or "action"' })),
      },
      result: message,
    }),
    define('chat.history', {
      doc: 'A page of stored lines: after `since`, before `before`, or the newest. `wait_ms`, with `since`, waits for a new one.',
      params: {
        since: Optional(seq),
        before: Optional(seq),
        limit: Optional(Integer({ minimum: 1, maximum: 1_000, description: 'a whole number from 1 to 1,000' })),
        room: Optional(room),
        wait_ms: Optional(Integer({ minimum: 0, maximum: 60_000, description: 'a whole number from 0 to 60,000' })),
      },
      result: Fields({ messages: List(message), more: Boolean(), last_seq: seq }, closed),
    }),
    define('chat.subscribe', {
      doc:
        'Replays what was stored after `since`, then follows: chat.message {subscription, message}, chat.delivery ' +
        '{subscription, seq, delivery}, and, when the client was too slow, chat.lagged {subscription, resume}: lines stored ' +
        'after `resume` and before the next one sent are missing; subscribe again with since = resume to get them. ' +
        'Gives a subscription id.',
      params: { since: Optional(seq), room: Optional(room) },
      result: String(),
    }),
    define('chat.unsubscribe', {
      doc: 'Ends a subscription of this connection.',
      params: { subscription: String({ maxLength: 64 }) },
      result: yes,
    }),
    define('chat.set_nick', {
      doc: 'Sets the own nick: 1 to 32 characters, kept over restarts.',
      params: { nick: String({ maxLength: 256, description: 'a string of 1 to 32 characters' }) },
      result: Fields({ nick: String(), tag: nullable(String()) }, closed),
    }),
    define('p2p.connect', {
      doc: 'Connects to a peer; true once the handshake succeeded.',
      params: { url: String({ minLength: 1, maxLength: 1_024, description: 'an address such as tcp://host:port' }) },
      result: yes,
    }),
    define('p2p.disconnect', { doc: 'Closes the channel with this id.', params: { channel: channelId }, result: yes }),
    define('node.get_info', { doc: 'What this node is and how it does.', params: {}, result: nodeInfo }),
    define('node.stop', { doc: 'Answers true, then stops the daemon cleanly.', params: {}, result: yes }),
  ].map((spec) => [spec.name, spec]),
)
