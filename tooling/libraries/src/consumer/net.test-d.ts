/** What the types of @dchat/net promise. Checked from source with everything else, and from the packed library as its users have it. */
import { LIMITS, NO_METERING, NetError, P2p, SESSION_DEFAULT, defineMessage, hasFeature, isNetError } from '@dchat/net'
import type {
  AnyMessageType,
  Channel,
  Clock,
  DnetEvent,
  Hosts,
  MessageOf,
  MessageSubscription,
  NetErrorCode,
  P2pState,
  Protocol,
  Settings,
} from '@dchat/net'
import { string, struct, u16 } from '@dchat/serial'
import { expectTypeOf } from 'expect-type'

const hello = defineMessage({
  name: 'hello',
  maxBytes: 64,
  meteringScore: 0,
  metering: NO_METERING,
  codec: struct({ text: string, hops: u16 }),
})
type Hello = MessageOf<typeof hello>

expectTypeOf<Hello>().branded.toEqualTypeOf<{ readonly text: string; readonly hops: number }>()
expectTypeOf<P2pState>().toEqualTypeOf<'open' | 'start' | 'started' | 'run' | 'stopped'>()
expectTypeOf(LIMITS.COMMAND_MAX_BYTES.value).toEqualTypeOf<number>()
expectTypeOf<Parameters<Clock['setTimer']>[0]>().toEqualTypeOf<number>()
expectTypeOf<P2p>().toExtend<AsyncDisposable>()

/** A subscription gives the values of its message, and nothing else. */
export function speak(p2p: P2p): void {
  p2p.protocols.register(SESSION_DEFAULT, (channel): Protocol => {
    expectTypeOf(channel).toEqualTypeOf<Channel>()
    const messages = channel.subscribe(hello)
    expectTypeOf(messages).toEqualTypeOf<MessageSubscription<Hello>>()
    return {
      start: () =>
        messages.handle((message, byteLength) => {
          expectTypeOf(message).toEqualTypeOf<Hello>()
          expectTypeOf(byteLength).toEqualTypeOf<number>()
        }),
    }
  })
}

/** What is sent has the type of its message. */
export async function send(p2p: P2p, channel: Channel): Promise<void> {
  expectTypeOf(channel.post(hello, { text: '', hops: 0 })).toEqualTypeOf<boolean>()
  expectTypeOf(p2p.hosts).toEqualTypeOf<Hosts<Channel>>()
  expectTypeOf(await p2p.reload({ outboundConnections: 3 })).toEqualTypeOf<readonly (keyof Settings)[]>()
  // @ts-expect-error -- a field is missing
  channel.post(hello, { text: '' })
  // @ts-expect-error -- a field has another type
  p2p.broadcast(hello, { text: '', hops: '1' })
  // @ts-expect-error -- settings are named as they are: a misspelt one is found
  await p2p.reload({ outboundConnection: 3 })
  // @ts-expect-error -- settings change by `reload` alone
  p2p.settings.outboundConnections = 3
  // @ts-expect-error -- a share of a channel is asked for by address
  await p2p.direct.getChannel({ url: 'tcp://127.0.0.1:1' })
}

/** What a node speaks beside the core messages is announced and asked for alike. */
export function ask(p2p: P2p, channel: Channel): boolean {
  const lines = ['test.lines', 1] as const
  void p2p.reload({ features: [lines] })
  // @ts-expect-error -- a feature has a version
  hasFeature(channel.peerVersion, ['test.lines'])
  return hasFeature(channel.peerVersion, lines) && hasFeature(p2p.settings, lines)
}

/** Message types of any values stand in one list; nothing is sent by them. */
export function listed(channel: Channel): void {
  const types: readonly AnyMessageType[] = [hello, defineMessage({ ...hello, name: 'other', codec: u16 })]
  channel.unsubscribe(types)
  // @ts-expect-error -- what its values are is not known
  channel.post(types[0]!, { text: '', hops: 0 })
}

// @ts-expect-error -- nodes are made by `P2p.create`
new P2p({})
// @ts-expect-error -- a message says how much of it a channel may carry
defineMessage({ name: 'x', maxBytes: 1, meteringScore: 0, codec: string })
// @ts-expect-error -- the fields of an error belong to its code
new NetError('NET_TIMEOUT', { url: '' })
// @ts-expect-error -- codes are known
isNetError(undefined, 'NET_OOPS')

/** `code` narrows the fields, and `event` those of an event. */
export function say(error: unknown, { event, info }: DnetEvent): string {
  if (event === 'outbound_slot_connected') return `${info.slot} ${info.addr}`
  if (isNetError(error, 'NET_DIAL_FAILED')) return error.data.reason
  if (!isNetError(error)) return 'something else'
  expectTypeOf(error.code).toEqualTypeOf<NetErrorCode>()
  return error.fault
}
