import { expect, test, vi } from 'vitest'
import { openDoor } from './door.ts'
import { forgetSession, keepSession, takeSecret } from './secret-keeper.ts'

const answering = (status: number, body = '{}', headers: Record<string, string> = {}) =>
  vi.fn<typeof fetch>(() => Promise.resolve(new Response(body, { status, headers })))

test('a secret goes in a header, without cookies, and becomes a session', async () => {
  const fetcher = answering(200, '{"session":"abc"}')
  expect(await openDoor('5ec3e7', fetcher)).toEqual({ kind: 'open', session: 'abc' })
  expect(fetcher.mock.calls).toEqual([
    ['/net', { method: 'POST', headers: { authorization: 'Bearer 5ec3e7' }, credentials: 'omit', redirect: 'error' }],
  ])
})

test.each([
  [401, '{}', {}, { kind: 'locked', text: expect.stringContaining('wrong secret') as string }],
  [403, '{}', {}, { kind: 'locked', text: expect.stringContaining('lets no page') as string }],
  [429, '{}', { 'retry-after': '7' }, { kind: 'later', text: expect.stringContaining('too often') as string, afterMs: 7_000 }],
  [503, '{}', {}, { kind: 'later', text: 'The daemon answers with HTTP status 503.' }],
  [200, '<html>', {}, { kind: 'later', text: expect.stringContaining('no dchatd') as string }],
])('status %i with %s is told in words', async (status, body, headers, answer) => {
  expect(await openDoor('x', answering(status, body, headers))).toEqual(answer)
})

test('nobody answers; and what no header can hold is not sent', async () => {
  expect(await openDoor('x', () => Promise.reject(new TypeError('failed')))).toMatchObject({ kind: 'later' })
  const fetcher = answering(200)
  for (const secret of ['', 'a b', 'ä', 'x\r\ny: z', 'x'.repeat(300)])
    expect(await openDoor(secret, fetcher)).toMatchObject({ kind: 'locked' })
  expect(fetcher).not.toHaveBeenCalled()
})

test('the ticket leaves the address at once; what is kept are sessions alone', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const location = { hash: '#7icke7', pathname: '/net' }
  const replaceState = vi.fn<History['replaceState']>(() => (location.hash = ''))
  const browser = { location, history: { replaceState }, storage }
  expect(takeSecret(browser)).toBe('7icke7')
  expect([replaceState.mock.calls, kept.size]).toEqual([[[null, '', '/net']], 0])
  expect(takeSecret(browser)).toBeUndefined()
  keepSession('5e55ion', browser)
  expect(takeSecret(browser)).toBe('5e55ion')
  forgetSession(browser)
  expect([takeSecret(browser), replaceState.mock.calls.length]).toEqual([undefined, 1])
})
