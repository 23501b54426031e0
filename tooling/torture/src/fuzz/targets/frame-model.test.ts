import { expect, test } from 'vitest'
import { framesSaid } from './frame-model.ts'

const RULES = { magic: Buffer.from('d9efb67d', 'hex'), taken: new Map([['ping', 2]]), isErrand: false }

const said = (hex: string, isErrand = false): string => {
  const { heard, end } = framesSaid(Buffer.from(hex.replaceAll(' ', ''), 'hex'), { ...RULES, isErrand })
  return [...heard.map((each) => Buffer.from(each, 'latin1').toString('hex')), end].join(' ')
}

const MAGIC = 'd9efb67d'
const PING = `${MAGIC} 04 70696e67`

test.each([
  ['', 'open'],
  ['d9ef', 'open'],
  ['d9ee', 'NET_BAD_MAGIC'],
  [`${PING} 02 0102`, '70696e67200102 open'],
  [`${PING} 02 01`, 'open'],
  [`${PING} 02 0102 ${PING} 00`, '70696e67200102 70696e6720 open'],
  [`${PING} 03`, 'NET_MESSAGE_TOO_LARGE'],
  [`${PING} fd0200`, 'NET_COMMAND_MALFORMED'],
  [`${MAGIC} fd0001`, 'NET_COMMAND_TOO_LONG'],
  [`${MAGIC} fdfc00`, 'NET_COMMAND_MALFORMED'],
  [`${MAGIC} 01 78 00`, 'NET_UNKNOWN_COMMAND'],
  [`${MAGIC} 01 ff 00`, 'NET_COMMAND_MALFORMED'],
])('%s: %s', (hex, expected) => {
  expect(said(hex)).toBe(expected)
})

test.each([
  [`${MAGIC} 01 78 01 ff ${PING} 00`, '70696e6720 open'],
  [`${PING} 03 010203 ${PING} 00`, '70696e6720 open'],
  [`${PING} fe00000001`, 'open'],
  [`${PING} fe01000001`, 'NET_FRAME_TOO_LARGE'],
])('on an errand %s: %s', (hex, expected) => {
  expect(said(hex, true)).toBe(expected)
})
