/** The methods the reference has too: names, parameters and results are as its clients expect them. */
import { Boolean, Literal, String } from 'typebox/type'
import { Array as List } from 'typebox/type'
import { MAX_TEXT_BYTES } from '../limits.ts'
import { defineMethod } from './define.ts'
import { record, strings, yes } from './parts.ts'
import { p2pInfo, spawn } from './shapes.ts'

const BOTH = ['dchatd', 'lilith'] as const
const CHAT = ['dchatd'] as const

export const REFERENCE_METHODS = {
  ping: defineMethod({
    summary: 'Answers `"pong"`.',
    access: 'read',
    programs: BOTH,
    params: {},
    result: Literal('pong', { description: 'The program answers.' }),
    example: { params: {}, result: 'pong' },
  }),
  send: defineMethod({
    summary: 'Sends a line to the room `dchat`; true once it is stored.',
    details:
      'Peers that know posts get it signed, the others as it is, without a nick. Above 8,192 bytes all get it as it is, unsigned, and ' +
      'only those connected now. `chat.send` tells more. A text with an invitation in it is refused.',
    access: 'write',
    programs: CHAT,
    params: { text: String({ description: 'The line; it may be empty.', 'x-max-bytes': MAX_TEXT_BYTES }) },
    result: yes,
    errors: ['store_failed', 'would_leak'],
    example: { params: { text: 'hello' }, result: true },
  }),
  recv: defineMethod({
    summary: 'Texts received from others, oldest first.',
    details:
      'The newest 10,000 or 8 MiB, whichever is less, of the room `dchat`, kept over restarts; own lines are not among them. `chat.history` has all, ' +
      'and takes up where a client left off.',
    access: 'read',
    programs: CHAT,
    params: {},
    result: strings('The texts.'),
    errors: ['store_failed'],
    example: { params: {}, result: ['hello', 'hi there'] },
  }),
  'p2p.get_info': defineMethod({
    summary: 'Live channels, and the channel id in each outbound slot.',
    details: 'A seed node tells the channels of all its networks, and has no slots.',
    access: 'read',
    programs: BOTH,
    params: {},
    result: p2pInfo,
    example: {
      params: {},
      result: { channels: [{ url: 'tcp://203.0.113.7:26662/', session: 'outbound', id: 7 }], outbound_slots: [7, 0] },
    },
  }),
  'dnet.switch': defineMethod({
    summary: 'Turns network events on or off, for the whole program.',
    details: 'Off, subscriptions stay and hear nothing.',
    access: 'write',
    programs: BOTH,
    params: { on: Boolean({ description: 'Whether there are events.' }) },
    result: yes,
    example: { params: { on: true }, result: true },
  }),
  'dnet.subscribe_events': defineMethod({
    summary: 'Follows network events, as notifications of this name with params `[{event, info}]`. Gives a subscription id.',
    details:
      'One a connection, until it ends or `chat.unsubscribe`; not over HTTP. `dnet.switch` turns the events on. A client that ' +
      'reads too slowly loses events: beyond 1 MiB that waits for it nothing more is queued until it has read.',
    access: 'read',
    programs: BOTH,
    params: {},
    result: String({ description: 'Id of the subscription; asking again gives the same.' }),
    example: { params: {}, result: 'dnet-1' },
  }),
  spawns: defineMethod({
    summary: 'Networks of a seed node and their hosts.',
    access: 'read',
    programs: ['lilith'],
    params: {},
    result: record({ spawns: List(spawn, { description: 'One for each network.' }) }),
    example: {
      params: {},
      result: {
        spawns: [
          {
            name: 'dchat',
            urls: ['tcp+tls://198.51.100.2:26660/'],
            whitelist: ['tcp+tls://203.0.113.7:26662/'],
            greylist: [],
            goldlist: [],
          },
        ],
      },
    },
  }),
}
