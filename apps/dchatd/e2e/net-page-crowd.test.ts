/** The page of the network before a server that says what a test wants: a crowd, nonsense, and a browser without scripts. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import type { MethodResult } from '@dchat/rpc'
import { METHODS } from '@dchat/rpc/schemas'
import { createRpcServer, method } from '@dchat/rpc-server'
import type { RpcServer } from '@dchat/rpc-server'
import { netPage } from '../src/rpc/net-page.ts'
import { launchBrowser } from './testing/browser.ts'
import { NetPage } from './testing/net-page.ts'

type Status = MethodResult<'net.status'>

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

const example = <T>(name: string): T => METHODS.get(name)!.example.result as T

function crowd(count: number): Status {
  const sessions = ['inbound', 'outbound', 'manual', 'direct'] as const
  const channels = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    url: `tcp+tls://203.0.113.${index % 256}:${1_000 + index}/`,
    session: sessions[index % 4]!,
    since: 0,
    version: '0.4.1',
    features: [],
    posts: true,
    received_messages: index,
    received_bytes: 2 ** (index % 20),
    sent_messages: index,
    sent_bytes: 0,
  }))
  return { ...example<Status>('net.status'), channels, slots: [], seeds: [], manual: [] }
}

/** @param status is asked each time */
async function serverOf(status: () => unknown): Promise<RpcServer & { readonly url: string }> {
  const cookie = 'c0ffee'.repeat(10)
  const server = createRpcServer({
    listen: [{ kind: 'tcp', host: '127.0.0.1', port: 0, tls: false }],
    methods: [
      method('net.status', () => status() as Status),
      method('net.subscribe', () => 'net-1'),
      method('hosts.list', () => []),
      method('node.get_info', () => example('node.get_info')),
    ],
    auth: { cookie, cookiePath: '/run/dchat/cookie' },
    page: netPage,
    serverInfo: { name: 'test', version: '0.0.0' },
  })
  await server.start()
  const [address] = server.addresses
  const port = address?.kind === 'tcp' ? address.port : 0
  return Object.assign(server, { url: `http://127.0.0.1:${port}/net#${cookie}` })
}

/** Runs in the page: how many marks are not wholly inside the drawing. */
const OUTSIDE = `[...document.querySelectorAll('#graph g[data-key]')].filter((mark) => {
  const [one, all] = [mark, document.querySelector('#graph')].map((element) => element.getBoundingClientRect())
  return one.left < all.left || one.right > all.right || one.top < all.top || one.bottom > all.bottom
}).length`

test('of a crowd as many are drawn as there is room for, and the rest is counted', async () => {
  let count = 200
  await using server = await serverOf(() => crowd(count))
  await using shown = await NetPage.open(browser, server.url, { colorScheme: 'dark' })
  await shown.reads('#graph-summary', '200 channels: 50 outbound, 50 manual, 50 direct, 50 inbound')
  const marks = shown.page.locator('#graph g[data-key]')
  expect(await marks.count()).toBe(200)
  count = 300
  await shown.reads('#graph-summary', '60 more are not drawn')
  expect(await marks.count()).toBe(240)
  expect(await shown.page.evaluate<number>(OUTSIDE)).toBe(0)
  expect(shown.complaints).toEqual([])
})

test('an answer that makes no sense is told as what it is, and the page goes on when it can', async () => {
  let isSane = false
  await using server = await serverOf(() => (isSane ? crowd(3) : { channels: 7 }))
  await using shown = await NetPage.open(browser, server.url)
  await shown.reads('#mistake', 'The page has made a mistake')
  isSane = true
  await shown.reads('#graph-summary', '3 channels')
  expect(await shown.page.locator('#graph g[data-key]').count()).toBe(3)
})

test('without scripts it says so, and what to do', async () => {
  await using server = await serverOf(() => crowd(3))
  await using shown = await NetPage.open(browser, server.url, { javaScriptEnabled: false })
  await shown.reads('noscript p', 'dchat-cli net.status')
  expect(await shown.page.isVisible('#main')).toBe(false)
})
