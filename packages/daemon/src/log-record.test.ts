import { expect, test } from 'vitest'
import { logRecord } from './log-record.ts'

const OPTIONS = { maxValueLength: 20, stacks: false }

test('takes anything', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const record = logRecord(
    {
      big: 1n,
      bytes: Uint8Array.of(1, 255),
      none: undefined,
      nil: null,
      symbol: Symbol('s'),
      run() {},
      date: new Date(0),
      url: new URL('http://a/'),
      map: new Map([['a', 1]]),
      set: new Set([1]),
      circle,
      text: 'x'.repeat(21),
      many: Array.from({ length: 100 }, () => 0),
    },
    OPTIONS,
  )
  expect(() => JSON.stringify(record)).not.toThrow()
  expect(record).toMatchObject({
    big: '1',
    bytes: '01ff',
    nil: null,
    symbol: 'Symbol(s)',
    run: '[function run]',
    url: 'http://a/',
    map: [['a', 1]],
    set: [1],
    text: `${'x'.repeat(20)}…`,
  })
  expect(record).not.toHaveProperty('none')
  expect(record['many']).toHaveLength(64)
  expect(logRecord(undefined, OPTIONS)).toEqual({})
})

test('keeps names of the line itself apart, and secrets out', () => {
  expect(logRecord({ level: 1, time: 2, msg: 3, cookie: 'c', inner: { token: 't', Password: 'p' } }, OPTIONS)).toEqual({
    level_: 1,
    time_: 2,
    msg_: 3,
    cookie: '[redacted]',
    inner: { token: '[redacted]', Password: '[redacted]' },
  })
})

test('errors show their code and causes; their stack when they are bugs or more is asked for', () => {
  const bug = new TypeError('bug')
  const expected = Object.assign(new Error('in use', { cause: bug }), { code: 'EADDRINUSE' })
  const [quiet, full] = [logRecord({ error: expected }, OPTIONS), logRecord({ error: expected }, { ...OPTIONS, stacks: true })]
  expect(quiet['error']).toMatchObject({
    type: 'Error',
    message: 'in use',
    code: 'EADDRINUSE',
    cause: { type: 'TypeError', stack: expect.any(String) as string },
  })
  expect(quiet['error']).not.toHaveProperty('stack')
  expect(full['error']).toHaveProperty('stack')
})

test('a chain of causes ends', () => {
  const error = new Error('loop')
  error.cause = error
  expect(() => JSON.stringify(logRecord({ error }, OPTIONS))).not.toThrow()
})

test('settings that have changed are called as in the file', () => {
  const changed = ['nodeId', 'outboundPeerDiscoveryAttemptMs', 'somethingElse']
  expect(logRecord({ changed }, { ...OPTIONS, maxValueLength: 100 })).toEqual({
    changed: ['node_id', 'outbound_peer_discovery_attempt_time', 'somethingElse'],
  })
  expect(logRecord({ changed: 'nodeId' }, OPTIONS)).toEqual({ changed: 'nodeId' })
})
