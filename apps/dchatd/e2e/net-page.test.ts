/** The page of the network: a real browser looks at real nodes that talk. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { DaemonNode, until } from '@dchat/e2e'
import { launchBrowser, servePage } from './testing/browser.ts'
import { featuredPeer } from './testing/featured-socket.ts'
import { Neighbourhood } from './testing/neighbourhood.ts'
import { NetPage } from './testing/net-page.ts'

let browser: Browser
let around: Neighbourhood

beforeAll(async () => {
  ;[browser, around] = await Promise.all([launchBrowser(), Neighbourhood.gathered()])
})

afterAll(async () => {
  await Promise.all([browser?.close(), around?.[Symbol.asyncDispose]()])
})

const pageUrl = async (node: DaemonNode): Promise<string> => `http://127.0.0.1:${await node.rpcPort()}/net`

test('it draws who is around, and tells slots, lists, traffic and events, which go on by themselves', async () => {
  const { middle, dialled, caller } = around
  await using shown = await NetPage.of(browser, middle)
  const { page } = shown
  expect(page.url()).toBe(await pageUrl(middle))
  const { channels } = await middle.client.call('net.status', {})
  const urls = await Promise.all(dialled.map((node) => node.url()))
  for (const { id, url } of channels) {
    await shown.reads('#channels tr', url)
    await expect(page.locator(`#graph g[aria-label*="channel ${id} with ${url}"]`).count()).resolves.toBe(1)
  }
  await shown.reads('#graph-summary', `3 outbound, 1 inbound`)
  await expect(page.locator('#graph g[aria-label^="slot"]').count()).resolves.toBe(2)
  await expect(page.locator('#graph g[aria-label^="seed"]').count()).resolves.toBe(1)
  for (const url of urls) {
    await shown.reads('#slots tr', url)
    await shown.reads('#hosts tr:has-text("gold")', url)
  }
  await shown.reads('#slots-summary', '3 of 5 outbound slots filled')
  await shown.reads('#hosts tr:has-text("grey")', '1 d ago')
  await shown.reads('#node', 'ann: dchatd')
  await shown.reads('#traffic tr', 'ping')
  await caller.client.call('chat.send', { text: 'nobody reads this on the page' })
  await shown.reads('#events li', 'recv post from')
  await shown.reads('#events li', 'send post to')
  const more = await DaemonNode.running({ config: { net: [`peers = ["${await middle.url()}"]`, 'outbound_connections = 0'] } })
  try {
    await shown.reads('#graph-summary', '2 inbound')
  } finally {
    await more[Symbol.asyncDispose]()
  }
  await shown.reads('#graph-summary', '1 inbound')
  await shown.reads('#events li', 'inbound disconnected')
  expect(await shown.text()).not.toContain('nobody reads this')
  expect(shown.complaints).toEqual([])
})

test('events can be held and searched, and the drawing is read with the keyboard', async () => {
  await using shown = await NetPage.of(browser, around.middle)
  const { page } = shown
  await around.caller.client.call('chat.send', { text: 'seen' })
  await shown.reads('#events li', 'recv post')
  await page.fill('#filter', 'post -recv')
  await shown.reads('#events li', 'send post')
  await expect(page.locator('#events li', { hasText: 'recv post' }).count()).resolves.toBe(0)
  await page.click('#pause')
  const held = await page.innerText('#events')
  await around.caller.client.call('chat.send', { text: 'later' })
  await shown.reads('#events-summary', 'since the pause')
  expect(await page.innerText('#events')).toBe(held)
  await page.focus('#graph')
  await page.keyboard.press('ArrowRight')
  await shown.reads('#chosen', 'outbound channel')
  await page.keyboard.press('ArrowLeft')
  await shown.reads('#chosen', 'inbound channel')
  expect(shown.complaints).toEqual([])
})

test('a ticket opens once; the window stays open over a reload and a link that broke, others do not', async () => {
  const { url } = await around.middle.client.call('net.page', {})
  await using shown = await NetPage.open(browser, url)
  await shown.reads('#link', 'live')
  await shown.page.addInitScript(
    `const Real = WebSocket; WebSocket = class extends Real { constructor(...all) { super(...all); globalThis.lastSocket = this } }`,
  )
  await shown.page.reload()
  await shown.reads('#link', 'live')
  await shown.page.evaluate(`globalThis.brokenSocket = lastSocket, lastSocket.close()`)
  await shown.reads('#link', 'Trying again')
  await shown.reads('#link', 'live')
  await using second = await NetPage.open(browser, url)
  await second.reads('#door-text', 'wrong secret')
  expect(shown.complaints).toEqual([])
})

test('without a secret, or with a wrong one, nothing of the node is shown', async () => {
  await using shown = await NetPage.open(browser, await pageUrl(around.middle))
  await shown.reads('#door-text', 'dchat-cli net.page')
  await shown.page.fill('#secret', 'f'.repeat(64))
  await shown.page.keyboard.press('Enter')
  await shown.reads('#door-text', 'wrong secret')
  const text = await shown.text()
  for (const { url } of (await around.middle.client.call('net.status', {})).channels) expect(text).not.toContain(url)
  expect(text).not.toMatch(/ann|dchatd 0|slots filled|gold/u)
  await shown.page.fill('#secret', around.middle.cookie)
  await shown.page.keyboard.press('Enter')
  await shown.reads('#link', 'live')
})

test('what the page holds reads what it shows, and may do nothing else', async () => {
  await using shown = await NetPage.of(browser, around.middle)
  const { cookie } = around.middle
  const answers = await shown.page.evaluate<{ code: number; kind: string }[]>(
    `(${askAsPage.toString()})(${JSON.stringify([
      ['rpc.auth', [cookie]],
      ['chat.send', ['from the page']],
      ['chat.history', []],
      ['recv', []],
      ['dnet.switch', [true]],
      ['node.stop', []],
      ['net.page', []],
      ['p2p.connect', ['tcp://127.0.0.1:9']],
    ])})`,
  )
  expect(answers).toEqual(answers.map(() => -32_008))
  expect(answers).toHaveLength(8)
  const posted = await shown.page.evaluate<number>(
    `fetch('/', { method: 'POST', headers: { authorization: 'Bearer ${cookie}' }, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }).then(({ status }) => status)`,
  )
  expect(posted).toBe(403)
})

/** Runs in the page: the codes of the errors that each call ends with, 0 for none. */
async function askAsPage(calls: [string, unknown[]][]): Promise<number[]> {
  const session = sessionStorage.getItem('dchat.session')
  const ws = new WebSocket(`ws://${(globalThis as unknown as { location: { host: string } }).location.host}/ws`, [
    'dchat',
    `bearer.${session}`,
  ])
  await new Promise((resolve) => ws.addEventListener('open', resolve))
  const codes: number[] = []
  for (const [id, [method, params]] of calls.entries()) {
    const answer = new Promise<{ data: string }>((resolve) => ws.addEventListener('message', resolve as never, { once: true }))
    ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    codes.push((JSON.parse((await answer).data) as { error?: { code: number } }).error?.code ?? 0)
  }
  ws.close()
  return codes
}

test('what a hostile peer tells is text, short and harmless', async () => {
  const evil = ['<img src=x onerror=alert(1)><script>alert(2)</script>', '\u202eevil\u001b[31m\u200b\u0007', 'x'.repeat(1_000)]
  const peer = await featuredPeer(await around.middle.url(), {
    nodeId: '"><script>alert(3)</script>',
    features: evil.map((name) => [name, 1] as const),
  })
  try {
    await using shown = await NetPage.of(browser, around.middle)
    await shown.reads('#channels tr', '<img src=x onerror=alert(1)>')
    const text = await shown.text()
    // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e]|x{150}/u)
    await expect(shown.page.locator('img, script:not(body > script)').count()).resolves.toBe(0)
    expect(shown.complaints).toEqual([])
  } finally {
    peer.raw.stream.destroy()
  }
})

test('a page of another origin cannot frame it, nor read it', async () => {
  await using pages = await servePage()
  const url = await pageUrl(around.middle)
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${pages.port}/`)
    const read = await page.evaluate<string>(`fetch(${JSON.stringify(url)}).then((answer) => answer.text(), () => 'refused')`)
    expect(read).toBe('refused')
    await page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)} }))`)
    const frame = await until('the frame has ended to load', () =>
      page.frames().find((one) => one.url().startsWith('chrome-error:')),
    )
    expect(await frame.content()).not.toContain('Neighbourhood')
  } finally {
    await context.close()
  }
})

test('it says in words when the daemon goes', async () => {
  await using node = await DaemonNode.running({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'] } })
  await using shown = await NetPage.of(browser, node)
  await shown.reads('#slots-summary', 'There are no outbound slots')
  await shown.reads('#problem', '')
  await node.kill('SIGTERM')
  await shown.reads('#link', 'The daemon does not answer')
  expect(await shown.text()).toContain('Trying again in')
})
