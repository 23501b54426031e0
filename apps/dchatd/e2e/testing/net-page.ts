/** The page of the network in a browser, and whatever the browser has to say against it. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { DaemonNode } from '@dchat/e2e'

export class NetPage implements AsyncDisposable {
  readonly page: Page
  /** Errors of the page and of its console, violations of its policy, and requests to others. */
  readonly complaints: string[] = []
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`))
    page.on('console', (line) => ['error', 'warning'].includes(line.type()) && this.complaints.push(`console: ${line.text()}`))
    page.on('dialog', (dialog) => this.complaints.push(`dialog: ${dialog.message()}`))
    page.on('request', (request) => !request.url().startsWith('http://127.0.0.1:') && this.complaints.push(request.url()))
  }

  /** @param url of the page @param options of the browser's context */
  static async open(browser: Browser, url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<NetPage> {
    const context = await browser.newContext(options)
    const shown = new NetPage(context, await context.newPage())
    await shown.page.addInitScript(
      `document.addEventListener('securitypolicyviolation', (event) => console.error('violation of ' + event.violatedDirective))`,
    )
    await shown.page.goto(url)
    return shown
  }

  /** As `dchat-cli net.page` opens it. */
  static async of(browser: Browser, node: DaemonNode, options: Parameters<Browser['newContext']>[0] = {}): Promise<NetPage> {
    const shown = await NetPage.open(browser, (await node.client.call('net.page', {})).url, options)
    await shown.reads('#link', 'live')
    return shown
  }

  /** Resolves once the element has `text` in it. */
  async reads(selector: string, text: string): Promise<void> {
    await this.page.locator(selector, { hasText: text }).first().waitFor()
  }

  /** All that is to be read on the page. */
  text(): Promise<string> {
    return this.page.innerText('body')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}
