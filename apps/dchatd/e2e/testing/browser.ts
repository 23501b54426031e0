/** Debian's chromium, and pages of strangers in it. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

/** A name that resolves to this machine, as one does whose owner rebinds it. */
export const EVIL_NAME = 'evil.test'

const PAGE = readFileSync(new URL('attack-page.html', import.meta.url), 'utf8')
const ARGUMENTS = [
  '--no-sandbox', // tests run as root too
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The browser's own guards of the local network are off: what is tested are the daemon's.
  '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessRespectPreflightResults',
  `--host-resolver-rules=MAP ${EVIL_NAME} 127.0.0.1`,
]
/** A machine that does much else takes long to start a browser. */
const LAUNCH_MS = 90_000

/** With a profile of its own, which goes with it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS, headless: true, timeout: LAUNCH_MS })
}

/** Serves the page at another port of this machine. */
export async function servePage(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close }
}

/** What each way to attack could read, as `status text`; '' for nothing. */
export type Loot = Readonly<Record<string, string>>

/**
 * Opens the page at `url` and lets it attack `target`. With `isRebound` the page stands at an address of the target itself, under the
 * stranger's name: it came from the stranger's server, and then the name was made to mean this machine.
 */
export async function attackFrom(
  browser: Browser,
  { url, target, isRebound = false }: { url: string; target: string; isRebound?: boolean },
): Promise<Loot> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  try {
    const page = await context.newPage()
    if (isRebound) await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }))
    await page.goto(url, { timeout: LAUNCH_MS })
    return await page.evaluate<Loot>(`attack(${JSON.stringify(target)})`)
  } finally {
    await context.close()
  }
}
