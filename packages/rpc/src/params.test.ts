import { describe, expect, test } from 'vitest'
import { METHODS } from './method-table.ts'
import { bindParams } from './params.ts'

function bind(name: string, raw: unknown): unknown {
  const bound = bindParams(METHODS.get(name)!, raw)
  return bound.ok ? bound.params : bound.hint
}

describe('what is taken', () => {
  test.each([
    ['ping', undefined, {}],
    ['ping', [], {}],
    ['ping', {}, {}],
    ['send', ['hi'], { text: 'hi' }],
    ['send', { text: '' }, { text: '' }],
    ['chat.send', ['hi', 'dchat', 'action'], { text: 'hi', room: 'dchat', kind: 'action' }],
    ['chat.send', ['hi', null, 'action'], { text: 'hi', kind: 'action' }],
    ['chat.send', { text: 'hi', room: null }, { text: 'hi' }],
    ['chat.history', [3], { since: 3 }],
    ['chat.history', [null, null, 10, 'dchat'], { limit: 10, room: 'dchat' }],
    ['chat.history', { limit: 1_000, wait_ms: 60_000 }, { limit: 1_000, wait_ms: 60_000 }],
    ['p2p.disconnect', [4_294_967_295], { channel: 4_294_967_295 }],
  ])('%s %j', (name, raw, params) => {
    expect(bind(name, raw)).toEqual(params)
  })
})

const NO_ROOM =
  'room must be a name of 1 to 64 of a-z 0-9 . _ -, not beginning with "_" or "p."; or a private room, "p." and 40 hex digits; or a ' +
  'conversation, "@" and the 64 hex digits of the other\'s key'

describe('what is refused, and how', () => {
  test.each([
    ['ping', [1], '1 parameter was given, ping takes no parameters'],
    ['ping', { a: 1 }, 'unknown parameter "a"; ping takes no parameters'],
    ['send', [], 'text is missing'],
    ['send', {}, 'text is missing'],
    ['send', [null], 'text must be a string of at most 65,536 bytes'],
    ['send', [7], 'text must be a string of at most 65,536 bytes'],
    ['send', ['a', 'b'], '2 parameters were given, send takes at most 1: text'],
    ['send', { text: 'a', tone: 'b' }, 'unknown parameter "tone"; send takes text'],
    ['send', ['\ud800'], 'text holds half of a surrogate pair'],
    ['chat.send', ['a', '\udc00'], 'room holds half of a surrogate pair'],
    ['chat.send', [''], 'text must be a string of 1 to 8,192 bytes'],
    ['chat.send', ['a', 'dchat', 'topic'], 'kind must be "text" or "action"'],
    ['chat.send', ['a', ''], NO_ROOM],
    ['chat.send', ['a', 'r'.repeat(129)], NO_ROOM],
    ['chat.history', [-1], 'since must be a whole number of 0 or more'],
    ['chat.history', [1.5], 'since must be a whole number of 0 or more'],
    ['chat.history', ['1'], 'since must be a whole number of 0 or more'],
    ['chat.history', { limit: 0 }, 'limit must be a whole number from 1 to 1,000'],
    ['chat.history', { limit: 1_001 }, 'limit must be a whole number from 1 to 1,000'],
    ['chat.history', { since: 1, wait_ms: 60_001 }, 'wait_ms must be a whole number from 0 to 60,000'],
    ['dnet.switch', ['true'], 'on must be true or false'],
    ['p2p.disconnect', [4_294_967_296], 'channel must be a whole number from 0 to 4,294,967,295'],
  ])('%s %j', (name, raw, hint) => {
    expect(bind(name, raw)).toBe(hint)
  })

  test('a long name is not repeated whole', () => {
    expect((bind('ping', { ['x'.repeat(10_000)]: 1 }) as string).length).toBeLessThan(200)
  })
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a parameter called %s is unknown and changes nothing',
  (name) => {
    const raw = JSON.parse(`{"text":"a","${name}":{"isAdmin":true}}`) as unknown
    expect(bind('send', raw)).toBe(`unknown parameter "${name}"; send takes text`)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
    expect(METHODS.get(name)).toBeUndefined()
  },
)
