/** A web page in a real browser must not be able to do anything with a daemon on the same machine, nor read anything of it. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Browser } from 'playwright-core'
import { DaemonNode } from '@dchat/e2e'
import { EVIL_NAME, attackFrom, launchBrowser, servePage } from './testing/browser.ts'
import { sendByCurl } from './testing/http.ts'
import { OpenServer } from './testing/open-server.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }) // a busy machine takes long for hundreds of requests of a browser

let browser: Browser
let pages: Awaited<ReturnType<typeof servePage>>

beforeAll(async () => {
  browser = await launchBrowser()
  pages = await servePage()
})

afterAll(async () => {
  await browser?.close()
  await pages?.[Symbol.asyncDispose]()
})

test('the attacks work: a server that lets all in is driven, and read', async () => {
  await using open = await OpenServer.listen()
  const loot = await attackFrom(browser, { url: `http://127.0.0.1:${pages.port}/`, target: `http://127.0.0.1:${open.port}` })
  const sent = open.requests.join('\n')
  const isSender = (name: string): boolean => /^(fetch (cors|no-cors)|form|WebSocket|beacon|XMLHttp|fetch of)/.test(name)
  for (const name of Object.keys(loot).filter((one) => isSender(one) && !one.includes('GET')))
    expect([name, sent.includes(name) || sent.includes(encodeURIComponent(name).replaceAll('%20', '+'))]).toEqual([name, true])
  for (const path of ['/', '/ws', '/events?since=0', '/metrics', '/livez', '/readyz', '/rpc'])
    expect(open.requests.filter((request) => request.startsWith(`GET ${path} `)).length).toBeGreaterThanOrEqual(8)
  const readers = Object.keys(loot).filter((name) => loot[name] !== '')
  expect(readers).toEqual(
    expect.arrayContaining(['fetch cors omit text/plain', 'WebSocket /ws', 'EventSource false', 'XMLHttpRequest']),
  )
})

describe.each([
  { scheme: 'http', hasTls: false, compat: false },
  { scheme: 'http', hasTls: false, compat: true },
  { scheme: 'https', hasTls: true, compat: false },
  { scheme: 'https', hasTls: true, compat: true },
])('a daemon on $scheme, rpc_compat $compat', ({ scheme, hasTls, compat }) => {
  let node: DaemonNode
  let port: number
  beforeAll(async () => {
    node = await DaemonNode.running({
      hasTcpRpc: true,
      hasTls,
      config: { rpc: [`rpc_compat = ${compat}`], chat: ['nick = "ann"'] },
    })
    port = await node.rpcPort()
  })
  afterAll(() => node?.[Symbol.asyncDispose]())

  test.each([
    { from: 'another port', url: () => `http://127.0.0.1:${pages.port}/`, host: '127.0.0.1' },
    { from: 'another port, by localhost', url: () => `http://localhost:${pages.port}/`, host: 'localhost' },
    { from: 'another name', url: () => `http://${EVIL_NAME}:${pages.port}/`, host: '127.0.0.1' },
    { from: 'another name that means this machine', url: () => `http://${EVIL_NAME}:${pages.port}/`, host: EVIL_NAME },
    {
      from: 'a name made to mean this machine',
      url: () => `${scheme}://${EVIL_NAME}:${port}/page`,
      host: EVIL_NAME,
      isRebound: true,
    },
  ])('a page from $from does nothing and reads nothing', async ({ url, host, isRebound = false }) => {
    const loot = await attackFrom(browser, { url: url(), target: `${scheme}://${host}:${port}`, isRebound })
    expect(Object.keys(loot).length).toBeGreaterThan(90)
    // A page at the daemon's own address may read what it is refused with, which says nothing of the daemon.
    const told = Object.entries(loot).filter(([, text]) => text !== '' && !/^(000 |40[0-9] ?)/.test(text))
    expect(told).toEqual([])
    const words = Object.values(loot).join('\n')
    for (const secret of ['"result"', 'pong', 'dchatd', 'ready', node.home.path]) expect(words).not.toContain(secret)
    expect(isRebound ? '' : words.trim()).toBe('')
    await expectUntouched()
  })

  test('the user who opens the address sees what is there and gives nothing away', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    try {
      for (const [host, path, status] of [
        ['127.0.0.1', '/', 200],
        ['127.0.0.1', '/events?since=0', 401],
        ['127.0.0.1', '/metrics', 401],
        ['127.0.0.1', '/ws', 401],
        [EVIL_NAME, '/', 403],
        [EVIL_NAME, '/readyz', 403],
      ] as const) {
        const page = await context.newPage()
        const response = await page.goto(`${scheme}://${host}:${port}${path}`)
        expect([host, path, response?.status()]).toEqual([host, path, status])
        await page.close()
      }
      await expectUntouched()
    } finally {
      await context.close()
    }
  })

  test('the same by curl with the cookie is done', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chat.send', params: { text: 'by curl' } })
    const at = { port, ...(hasTls ? { isSecured: true } : {}) }
    const headers = { 'content-type': 'text/plain' }
    expect((await sendByCurl({ at, body, headers })).status).toBe(401)
    expect(
      (await sendByCurl({ at, body, headers: { ...headers, origin: `http://${EVIL_NAME}` }, user: `x:${node.cookie}` })).status,
    ).toBe(403)
    expect((await sendByCurl({ at, body, headers, user: `x:${node.cookie}` })).status).toBe(200)
    expect((await node.history()).map(({ text }) => text)).toEqual(['by curl'])
  })

  async function expectUntouched(): Promise<void> {
    expect(await node.history()).toEqual([])
    const info = await node.info()
    expect([info.state, info.nick]).toEqual(['run', 'ann'])
  }
})
