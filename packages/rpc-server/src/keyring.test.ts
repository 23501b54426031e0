import { createHash } from 'node:crypto'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { Keyring } from './keyring.ts'
import { OWNER } from './rights.ts'
import type { RpcToken } from './rights.ts'

const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
const token = (name: string, secret: string, methods = ['*']): RpcToken => ({ name, sha256: hash(secret), methods })
const keyring = (tokens: RpcToken[], cookie?: string): Keyring =>
  new Keyring({ cookie, tokens, rateLimit: 100, clock: new ManualClock() })

test('a secret belongs to the owner, to a token, or to nobody', () => {
  const keys = keyring([token('a', 'secret of a'), token('b', 'secret of b')], 'cookie')
  expect(keys.find('cookie')).toBe(OWNER)
  expect(keys.find('secret of a')?.token).toBe('a')
  expect(keys.find('secret of b')?.token).toBe('b')
  for (const wrong of ['', 'Cookie', 'secret of', hash('secret of a')]) expect(keys.find(wrong)).toBeUndefined()
  expect([keys.isEmpty, keyring([]).isEmpty, keyring([], 'c').isEmpty]).toEqual([false, true, false])
})

test('tokens are replaced while rights of them are in use', () => {
  const keys = keyring([token('same', '1'), token('gone', '2'), token('changed', '3')])
  const [same, gone, changed] = ['1', '2', '3'].map((secret) => keys.find(secret)!)
  keys.replaceTokens([token('new', '4'), token('changed', '3', ['ping']), token('same', '1')])
  expect(keys.find('1')).toBe(same)
  expect([same, gone, changed].map((rights) => rights?.isRevoked)).toEqual([false, true, true])
  expect(keys.find('2')).toBeUndefined()
  expect(keys.find('3')).toMatchObject({ token: 'changed', isRevoked: false })
  expect(keys.find('4')?.token).toBe('new')
})

test('a hash that is none is a bug of the caller', () => {
  const bad = { name: 'a', sha256: 'secret', methods: [] }
  expect(() => keyring([bad])).toThrow(TypeError)
  const keys = keyring([token('a', '1')])
  const rights = keys.find('1')
  expect(() => keys.replaceTokens([bad])).toThrow(TypeError)
  expect(keys.find('1')).toBe(rights)
  expect(rights?.isRevoked).toBe(false)
})
