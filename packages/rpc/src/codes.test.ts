import { expect, test } from 'vitest'
import { RPC_ERRORS } from './codes.ts'
import { rpcError } from './errors.ts'

test('codes are unique, the standard ones where the standard has them, ours in its range for servers', () => {
  const codes = Object.values(RPC_ERRORS).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.filter((code) => code > -32_100 && code <= -32_000)).toHaveLength(12)
  expect(codes.filter((code) => code <= -32_600)).toEqual([-32_700, -32_600, -32_601, -32_602, -32_603])
})

test('an error has its kind, its hint, and whether to try again', () => {
  expect(rpcError('too_many', 'wait a little')).toMatchObject({
    code: -32_003,
    message: 'too many',
    data: { kind: 'too_many', hint: 'wait a little', retryable: true },
  })
  expect(rpcError('not_found').data).toEqual({ kind: 'not_found', hint: RPC_ERRORS.not_found.hint, retryable: false })
})
